package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The properties of jobs on snapshots that have the guest's memory. */
class MemorySnapshotTest {
  private final PropertyRun run = new PropertyRun(true);

  static void prepare(PropertyRun run, JobKind kind) {
    run.snapshots.memory = true;
    SagaPropertiesTest.prepare(run.world, kind);
  }

  @AfterEach
  void close() {
    run.close();
  }

  @ParameterizedTest
  @CsvSource({
    "SNAPSHOT_INSTANCE, BEFORE",
    "SNAPSHOT_INSTANCE, AFTER",
    "SNAPSHOT_INSTANCE, CANCEL",
    "RESTORE_SNAPSHOT, BEFORE",
    "RESTORE_SNAPSHOT, AFTER",
    "RESTORE_SNAPSHOT, CANCEL"
  })
  void aFaultAtAnyCallLeavesTheWorldDoneOrUndone(JobKind kind, Mode mode) {
    prepare(run, kind);
    List<Call> calls = run.run(kind, Mode.NONE, 0);
    assertDone(kind, "undisturbed");
    for (int position = 1; position <= calls.size(); position++) {
      Call call = calls.get(position - 1);
      if (mode == Mode.CANCEL && call.local()) {
        continue; // the workflow sees it after the workflow task, which is the next call's case
      }
      prepare(run, kind);
      run.run(kind, mode, position);
      assertEnded(kind, mode + " at " + call.type());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = JobKind.class,
      names = {"SNAPSHOT_INSTANCE", "RESTORE_SNAPSHOT"})
  void everyCallMadeTwiceIsTheSameAsOnce(JobKind kind) {
    prepare(run, kind);
    run.run(kind, Mode.TWICE, 0);
    assertDone(kind, "twice");
  }

  /** Nobody's plug is pulled for memory that it could not go on from. */
  @Test
  void aGuestThatCannotGoOnIsNotStopped() {
    prepare(run, JobKind.RESTORE_SNAPSHOT);
    run.snapshots.unfit = true;
    List<Call> calls = run.run(JobKind.RESTORE_SNAPSHOT, Mode.NONE, 0);
    assertThat(calls).extracting(Call::type).doesNotContain("StopDomain", "RestoreDisks");
    JobOutcome outcome = Objects.requireNonNull(run.world.outcome);
    assertThat(Objects.requireNonNull(outcome.failure()).type())
        .isEqualTo(FailureType.MEMORY_UNFIT);
    Scenario.of(JobKind.RESTORE_SNAPSHOT).assertUnwound(run.world, JobKind.RESTORE_SNAPSHOT);
  }

  @Test
  void anInstanceThatIsOffGoesOnToo() {
    run.snapshots.memory = true;
    run.world.reset(Set.of("domain"), false);
    run.run(JobKind.RESTORE_SNAPSHOT, Mode.NONE, 0);
    assertDone(JobKind.RESTORE_SNAPSHOT, "off before");
    assertThat(run.world.recordedPower).isEqualTo(PowerState.RUNNING);
  }

  @Test
  void anInstanceThatWasOffIsOffWhenItsGuestCannotBeWoken() {
    run.snapshots.memory = true;
    run.world.reset(Set.of("domain"), false);
    run.fault.broken = Set.of("WakeGuest");
    run.run(JobKind.RESTORE_SNAPSHOT, Mode.AFTER_EACH, 0);
    assertThat(run.world.ended).isEqualTo(JobState.FAILED);
    assertThat(Scenario.relevant(run.world, JobKind.RESTORE_SNAPSHOT)).containsOnly("domain");
  }

  private void assertEnded(JobKind kind, String where) {
    if (run.world.ended == JobState.SUCCEEDED) {
      assertDone(kind, where);
      return;
    }
    JobOutcome outcome = Objects.requireNonNull(run.world.outcome, where);
    if (outcome.undone()) {
      Scenario.of(kind).assertUnwound(run.world, kind);
      return;
    }
    assertThat(kind).as(where).isEqualTo(JobKind.RESTORE_SNAPSHOT);
    assertThat(run.world.facts).as(where).contains("running");
    run.world.forgetEnd();
    run.run(kind, Mode.NONE, 0);
    assertDone(kind, where);
  }

  private void assertDone(JobKind kind, String where) {
    Set<String> done = new TreeSet<>(Scenario.of(kind).done());
    done.add(kind == JobKind.SNAPSHOT_INSTANCE ? "memory" : "awake");
    assertThat(Scenario.relevant(run.world, kind)).as(where).isEqualTo(done);
    assertThat(run.world.ended).as(where).isEqualTo(JobState.SUCCEEDED);
  }
}
