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
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A guest that is to go on while it is moved, and does not: its disk has no room, for one. */
class GuestStandsStillTest {
  private static final JobKind KIND = JobKind.MIGRATE_INSTANCE;
  private static final JobPolicy PAUSE = new JobPolicy(JobPolicy.OnFailure.PAUSE, false);

  private final PropertyRun run = new PropertyRun(true);

  @BeforeEach
  void anInstance() {
    SagaPropertiesTest.prepare(run.world, KIND);
  }

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void aGuestThatSoonGoesOnIsWaitedFor() {
    run.migrations.lostAnswers.add(Lost.BOTH_STAND);
    run.migrations.standstills.set(5);
    run.run(KIND, Mode.NONE, 0);
    assertThat(run.world.holds).isEmpty();
    Scenario.of(KIND).assertDone(run.world, KIND);
  }

  @ParameterizedTest
  @EnumSource(
      value = Lost.class,
      names = {"BOTH_STAND", "HANDED_OVER"})
  void aPersonIsAskedWhenItStandsStillAgainAndAgain(Lost lost) {
    run.migrations.lostAnswers.add(lost);
    run.migrations.standstills.set(30);
    List<Call> calls =
        run.run(KIND, Mode.NONE, 0, PAUSE, PropertyRun.decide(JobVerb.RESUME, false));
    assertThat(run.world.holds).extracting(JobHold::state).containsExactly(JobState.BLOCKED);
    assertThat(calls.stream().filter(call -> call.type().equals("ResumeGuest"))).hasSize(31);
    Scenario.of(KIND).assertDone(run.world, KIND);
  }

  /** As the job says that was asked to give up by itself: not before the guest runs. */
  @Test
  void itIsNotLeftStandingWhenItsJobIsUndone() {
    run.migrations.lostAnswers.add(Lost.BOTH_STAND);
    run.migrations.standstills.set(30);
    run.run(KIND, Mode.NONE, 0);
    assertThat(Objects.requireNonNull(run.world.outcome).undone()).isTrue();
    assertThat(Objects.requireNonNull(run.world.outcome.failure()).type())
        .isEqualTo(FailureType.MIGRATION_FAILED);
    Scenario.of(KIND).assertUnwound(run.world, KIND);
  }

  @Test
  void whenItsPoolIsFullAPersonMakesRoomAndTheMoveGoesOn() {
    run.migrations.lostAnswers.add(Lost.BOTH_STAND);
    AtomicInteger tries = new AtomicInteger();
    run.migrations.onResume =
        () -> {
          if (tries.getAndIncrement() == 0) {
            throw Failures.of(FailureType.STORAGE_FULL, "its disk failed (I/O error)");
          }
        };
    run.run(KIND, Mode.NONE, 0, PAUSE, PropertyRun.decide(JobVerb.RESUME, false));
    assertThat(run.world.holds).extracting(JobHold::state).containsExactly(JobState.BLOCKED);
    Scenario.of(KIND).assertDone(run.world, KIND);
  }
}
