package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import io.holdfast.workflows.properties.MigrationWorld.Lost;
import io.temporal.failure.ApplicationFailure;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A guest goes on at its source although all of it has arrived at the target: what it writes from
 * then on is at the source alone, whatever becomes of the hosts.
 */
class TakenBackTest {
  private static final JobKind KIND = JobKind.MIGRATE_INSTANCE;

  /** The target's, after the first switchover. */
  private static final int LOOK_BEHIND = 4;

  private final PropertyRun run = new PropertyRun(true);

  @BeforeEach
  void aSwitchoverWhoseAnswerIsLost() {
    SagaPropertiesTest.prepare(run.world, KIND);
    run.migrations.looks.set(0);
    run.migrations.lostWrites = false;
    run.migrations.lostAnswers.clear();
    run.migrations.lostAnswers.add(Lost.ARRIVAL_STRANDED);
  }

  @AfterEach
  void close() {
    run.close();
  }

  private static ApplicationFailure silence() {
    return ApplicationFailure.newNonRetryableFailure("the target is cut off", "Silence");
  }

  private void guestEnds() {
    run.world.facts.remove("running");
  }

  /** Nothing of it is at the target, and all of it at the source. */
  private void assertItIsTheSources() {
    assertThat(run.migrations.lostWrites).isFalse();
    assertThat(run.world.facts)
        .contains("domain", "volumes", "reservation")
        .doesNotContain("running", "there:domain", "there:volumes", "there:reservation");
  }

  @Test
  void aGuestThatWentOnAndThenOffIsItsSources() {
    run.migrations.onLook =
        look -> {
          if (look == LOOK_BEHIND) {
            throw silence();
          }
          if (look == LOOK_BEHIND + 1) {
            guestEnds();
          }
        };
    run.run(KIND, Mode.NONE, 0);
    assertThat(Objects.requireNonNull(run.world.outcome).undone()).isTrue();
    assertThat(Objects.requireNonNull(run.world.outcome.failure()).type())
        .isEqualTo(FailureType.INSTANCE_ENDED);
    assertItIsTheSources();
  }

  /** It comes back with the domain that had arrived, which is off. */
  @Test
  void aTargetThatLostItsPowerGivesUpWhatHadArrived() {
    run.migrations.onLook =
        look -> {
          if (look == LOOK_BEHIND - 1) { // before the first look behind the switchover
            run.world.facts.remove("there:paused");
            run.migrations.failingSwitches.set(100);
          }
        };
    JobPolicy pauses = new JobPolicy(JobPolicy.OnFailure.PAUSE, false);
    List<Call> calls =
        run.run(
            KIND,
            Mode.NONE,
            0,
            pauses,
            (hold, job) -> {
              boolean first = run.world.holds.size() == 1;
              guestEnds();
              PropertyRun.decide(first ? JobVerb.RESUME : JobVerb.ABORT, false).to(hold, job);
            });
    assertThat(calls.stream().map(Call::type))
        .containsSubsequence("SwitchOver", "ClearSide", "SwitchOver");
    assertThat(run.world.holds).extracting(JobHold::state).contains(JobState.BLOCKED);
    assertItIsTheSources();
  }

  /** Whoever saw the source run noted it. */
  @Test
  void aRunThatFollowsALostOneKnowsIt() {
    cutOff();
    List<String> calls = run.run(KIND, Mode.NONE, 0).stream().map(Call::type).toList();
    int noted = calls.indexOf("TakeBackHandover") + 1;
    assertThat(noted).isPositive();
    aSwitchoverWhoseAnswerIsLost();
    cutOff();
    run.runLosing(
        KIND,
        noted + 1, // the next look
        () -> {
          guestEnds();
          run.migrations.onLook = look -> {};
        },
        Mode.NONE);
    assertThat(run.migrations.lostWrites).isFalse();
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.world.facts)
        .contains("owned", "there:domain", "there:volumes")
        .doesNotContain("domain", "there:running");
  }

  /** Its target is gone for good: a person says so, and it is moved as its source has it. */
  @Test
  void aWordThatTheTargetIsGoneTakesItBack() {
    int lost = run.run(KIND, Mode.NONE, 0).stream().map(Call::type).toList().indexOf("SwitchOver");
    aSwitchoverWhoseAnswerIsLost();
    run.runLosing(
        KIND,
        lost + 2, // the look behind it
        () -> {
          guestEnds();
          run.migrations.looks.set(0);
          run.migrations.onLook =
              look -> {
                if (look > 1) {
                  throw Failures.of(FailureType.LIBVIRT_UNAVAILABLE, "It is gone");
                }
              };
        },
        Mode.NONE,
        PropertyRun.decide(JobVerb.SKIP, false));
    assertThat(run.world.details).anyMatch(said -> said.startsWith("Waits for libvirt of beta1"));
    assertThat(run.migrations.lostWrites).isFalse();
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.world.facts).contains("there:domain").doesNotContain("there:running", "domain");
  }

  private void cutOff() {
    run.migrations.onLook =
        look -> {
          if (look >= LOOK_BEHIND && look % 2 == 0) {
            throw silence();
          }
        };
  }
}
