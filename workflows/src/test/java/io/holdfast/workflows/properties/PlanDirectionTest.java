package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.properties.Fault.Mode;
import io.holdfast.workflows.properties.PropertyRun.Answer;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs that shut guests down, or turn who protects whom, and meet what they must not go past. */
class PlanDirectionTest {
  private final PropertyRun run = new PropertyRun(true);

  @AfterEach
  void close() {
    run.close();
  }

  /** Nothing is forced, and nothing was copied or promoted. */
  @Test
  void aGuestThatDoesNotShutDownLeavesAllAsItWas() {
    SagaPropertiesTest.prepare(run.world, JobKind.MIGRATE_PLAN);
    run.world.source.keepsRunning = true;
    run.run(JobKind.MIGRATE_PLAN, Mode.NONE, 0);
    assertUndone(JobKind.MIGRATE_PLAN, FailureType.GUEST_KEEPS_RUNNING);
    assertThat(run.world.facts).doesNotContain("point", "fenced");
  }

  /** What it wrote since would be lost; it runs again, as before the run. */
  @Test
  void aSourceThatSomebodyStartedMeanwhileIsNotTakenOver() {
    SagaPropertiesTest.prepare(run.world, JobKind.MIGRATE_PLAN);
    run.recovery.wasStarted = true;
    run.run(JobKind.MIGRATE_PLAN, Mode.NONE, 0);
    assertUndone(JobKind.MIGRATE_PLAN, FailureType.RECOVERY_REFUSED);
    assertThat(run.world.facts).contains(MoveWorld.RUNS);
    assertThat(run.recovery.refused).isTrue(); // an attempt that finds it off is refused as well
  }

  /** One dead host had kept the guests of all others off. */
  @Test
  void aSilentHostKeepsNoGuestOffButItsOwn() {
    SagaPropertiesTest.prepare(run.world, JobKind.MIGRATE_PLAN);
    run.recovery.wasStarted = true;
    run.moves.besideSilent = true;
    Answer resume = PropertyRun.decide(JobVerb.RESUME, false);
    run.run(JobKind.MIGRATE_PLAN, Mode.NONE, 0, JobPolicy.DEFAULT, resume);
    assertUndone(JobKind.MIGRATE_PLAN, FailureType.RECOVERY_REFUSED);
    assertThat(run.moves.ranByThen).isTrue();
    assertThat(run.world.details)
        .anyMatch(detail -> detail.startsWith("Waits for its host (alpha2: it does not answer"));
  }

  /** Nobody but its host can say that it was off. */
  @Test
  void aSilentHostIsNotCutOffByAPlannedMigration() {
    SagaPropertiesTest.prepare(run.world, JobKind.MIGRATE_PLAN);
    run.recovery.unfenced = true;
    run.recovery.agent = true;
    run.run(JobKind.MIGRATE_PLAN, Mode.NONE, 0);
    assertUndone(JobKind.MIGRATE_PLAN, FailureType.FENCING_PROOF_MISSING);
  }

  /** A round of the group that somebody is asked about, say. */
  @Test
  void anotherJobInTheWayIsWaitedForAndNamed() {
    SagaPropertiesTest.prepare(run.world, JobKind.MIGRATE_PLAN);
    run.moves.busy.set(3);
    run.run(JobKind.MIGRATE_PLAN, Mode.NONE, 0, JobPolicy.DEFAULT, (hold, job) -> {});
    assertThat(run.world.details)
        .anyMatch(detail -> detail.startsWith("Waits for another job (Job 7 works on pair"));
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    Scenario.of(JobKind.MIGRATE_PLAN).assertDone(run.world, JobKind.MIGRATE_PLAN);
  }

  /** Guests that were shut down run again, however long the other one takes. */
  @Test
  void aRunThatWaitsForAnotherJobCanBeCancelled() {
    SagaPropertiesTest.prepare(run.world, JobKind.MIGRATE_PLAN);
    run.moves.busy.set(Integer.MAX_VALUE);
    Answer cancel = (hold, job) -> job.cancel();
    run.run(JobKind.MIGRATE_PLAN, Mode.NONE, 0, JobPolicy.DEFAULT, cancel);
    assertThat(run.world.ended).isEqualTo(JobState.CANCELLED);
    assertThat(Objects.requireNonNull(run.world.outcome).undone()).isTrue();
    Scenario.of(JobKind.MIGRATE_PLAN).assertUnwound(run.world, JobKind.MIGRATE_PLAN);
  }

  @Test
  void anOldCopyThatRunsIsNobodysToOverwrite() {
    SagaPropertiesTest.prepare(run.world, JobKind.REPROTECT_PLAN);
    run.reversals.copyRuns = true;
    run.run(JobKind.REPROTECT_PLAN, Mode.NONE, 0);
    assertUndone(JobKind.REPROTECT_PLAN, FailureType.RECOVERY_REFUSED);
    assertThat(run.world.facts).doesNotContain("kept", "reversed");
  }

  private void assertUndone(JobKind kind, FailureType type) {
    assertThat(run.world.ended).isEqualTo(JobState.FAILED);
    JobOutcome outcome = Objects.requireNonNull(run.world.outcome);
    assertThat(Objects.requireNonNull(outcome.failure()).type()).isEqualTo(type);
    assertThat(outcome.undone()).isTrue();
    Scenario.of(kind).assertUnwound(run.world, kind);
  }
}
