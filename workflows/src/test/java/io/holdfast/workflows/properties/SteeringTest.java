package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobPolicy.OnFailure;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import io.holdfast.workflows.properties.PropertyRun.Answer;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A job that may ask people does what they decide, whichever call it failed at. */
@Execution(ExecutionMode.CONCURRENT)
class SteeringTest {
  private static final PropertyRuns RUNS = new PropertyRuns();
  private static final JobPolicy PAUSE = new JobPolicy(OnFailure.PAUSE, false);
  private static final Answer RESUME = PropertyRun.decide(JobVerb.RESUME, false);
  private static final Answer SKIP = PropertyRun.decide(JobVerb.SKIP, false);
  private static final Answer ABORT = PropertyRun.decide(JobVerb.ABORT, false);
  private static final Answer CANCEL = (hold, job) -> job.cancel();

  @AfterAll
  static void close() {
    RUNS.close();
  }

  private static PropertyRun run() {
    return RUNS.ofThisThread();
  }

  @TestFactory
  Stream<DynamicTest> aBlockedJobThatIsResumedReachesItsEnd() {
    return eachKind(
        (kind, position) -> {
          run().run(kind, Mode.AFTER, position, PAUSE, RESUME);
          assertThat(run().world.ended).isEqualTo(JobState.SUCCEEDED);
          Scenario.of(kind).assertDone(run().world, kind);
        });
  }

  @TestFactory
  Stream<DynamicTest> aBlockedJobThatIsAbortedOrCancelledIsUndone() {
    return eachKind(
        (kind, position) -> {
          run().run(kind, Mode.AFTER, position, PAUSE, ABORT);
          assertEnded(kind, JobState.FAILED);
          if (!run().world.holds.get(0).actions().contains(JobVerb.ABORT)) {
            return; // behind a handover nobody may abort, and a cancel comes too late
          }
          SagaPropertiesTest.prepare(run().world, kind);
          run().run(kind, Mode.AFTER, position, PAUSE, CANCEL);
          assertEnded(kind, JobState.CANCELLED);
        });
  }

  /** An undo is repeated when a person says so, whatever the job's policy is. */
  @TestFactory
  Stream<DynamicTest> anUndoThatFailedIsTriedAgainOrSkipped() {
    return Stream.of("DeleteVolumes", "DisconnectPorts", "UndefineDomain", "StopDomain")
        .map(undo -> DynamicTest.dynamicTest(undo, () -> failUndo(undo)));
  }

  private static void failUndo(String undo) {
    PropertyRun run = run(); // for its answers come on another thread
    JobKind kind = JobKind.CREATE_INSTANCE;
    SagaPropertiesTest.prepare(run.world, kind);
    run.fault.broken = Set.of("AwaitGuest", undo);
    run()
        .run(
            kind,
            Mode.AFTER_EACH,
            0,
            JobPolicy.DEFAULT,
            (hold, job) -> {
              assertThat(hold.actions()).containsExactly(JobVerb.RESUME, JobVerb.SKIP);
              run.fault.broken = Set.of();
              RESUME.to(hold, job);
            });
    assertEnded(kind, JobState.FAILED);
    assertThat(Objects.requireNonNull(run.world.outcome).undone()).isTrue();

    SagaPropertiesTest.prepare(run.world, kind);
    run.fault.broken = Set.of("AwaitGuest", undo);
    run.run(kind, Mode.AFTER_EACH, 0, JobPolicy.DEFAULT, SKIP);
    JobOutcome outcome = Objects.requireNonNull(run.world.outcome);
    assertThat(outcome.undone()).isFalse();
    assertThat(outcome.leftovers()).hasSize(2).first().asString().contains("tester: why not");
    assertThat(run.world.facts).contains("row", "reservation");
  }

  @Test
  void aSkippedStepIsLeftOutAndTheJobGoesOn() {
    SagaPropertiesTest.prepare(run().world, JobKind.CREATE_INSTANCE);
    run().fault.broken = Set.of("AwaitGuest");
    run().run(JobKind.CREATE_INSTANCE, Mode.AFTER_EACH, 0, PAUSE, SKIP);
    assertThat(run().world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run().world.holds).hasSize(1);
    assertThat(run().world.holds.get(0).actions())
        .containsExactly(JobVerb.RESUME, JobVerb.SKIP, JobVerb.ABORT);
    Scenario.of(JobKind.CREATE_INSTANCE).assertDone(run().world, JobKind.CREATE_INSTANCE);
  }

  /** What was done for the old input is undone before the job runs with the new one. */
  @Test
  void aPatchedJobStartsOver() {
    PropertyRun run = run(); // for its answers come on another thread
    SagaPropertiesTest.prepare(run.world, JobKind.CREATE_INSTANCE);
    run.fault.broken = Set.of("AwaitGuest");
    List<Call> calls =
        run()
            .run(
                JobKind.CREATE_INSTANCE,
                Mode.AFTER_EACH,
                0,
                PAUSE,
                (hold, job) -> {
                  run.fault.broken = Set.of();
                  PropertyRun.decide(JobVerb.RESUME, true).to(hold, job);
                });
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.world.patches).hasSize(1);
    assertThat(calls)
        .extracting(Call::type)
        .containsSubsequence(
            "Reserve", "AwaitGuest", "DeleteVolumes", "Release", "ApplyPatch", "Reserve");
    Scenario.of(JobKind.CREATE_INSTANCE).assertDone(run.world, JobKind.CREATE_INSTANCE);
  }

  @TestFactory
  Stream<DynamicTest> aJobThatNeedsApprovalWaitsForIt() {
    JobPolicy approval = new JobPolicy(OnFailure.ROLLBACK, true);
    return Stream.of(JobKind.values())
        .map(
            kind ->
                DynamicTest.dynamicTest(
                    kind.name(),
                    () -> {
                      SagaPropertiesTest.prepare(run().world, kind);
                      run()
                          .run(
                              kind,
                              Mode.NONE,
                              0,
                              approval,
                              PropertyRun.decide(JobVerb.APPROVE, false));
                      assertThat(run().world.holds)
                          .extracting(JobHold::state)
                          .containsExactly(JobState.WAITING_FOR_APPROVAL);
                      assertThat(run().world.ended).isEqualTo(JobState.SUCCEEDED);
                      SagaPropertiesTest.prepare(run().world, kind);
                      run().run(kind, Mode.NONE, 0, approval, CANCEL);
                      assertThat(run().world.ended).isEqualTo(JobState.CANCELLED);
                      Scenario.of(kind).assertUnwound(run().world, kind);
                    }));
  }

  /** A run whose job was ended by somebody else touches nothing any more. */
  @TestFactory
  Stream<DynamicTest> aJobThatHasEndedDoesNothing() {
    return Stream.of(JobKind.values())
        .map(
            kind ->
                DynamicTest.dynamicTest(
                    kind.name(),
                    () -> {
                      SagaPropertiesTest.prepare(run().world, kind);
                      Set<String> before = Set.copyOf(run().world.facts);
                      run().world.ended = JobState.CANCELLED;
                      run().run(kind, Mode.NONE, 0);
                      assertThat(run().world.facts).containsAll(before);
                      assertThat(Scenario.relevant(run().world, kind)).isEqualTo(before);
                      assertThat(run().world.outcome).isNull();
                    }));
  }

  /** Also on its way back. */
  @Test
  void aJobThatSomebodyEndsWhileItsUndoAsksDoesNothingMore() {
    PropertyRun run = run(); // for its answers come on another thread
    SagaPropertiesTest.prepare(run.world, JobKind.CREATE_INSTANCE);
    run.fault.broken = Set.of("AwaitGuest", "DeleteVolumes");
    run()
        .run(
            JobKind.CREATE_INSTANCE,
            Mode.AFTER_EACH,
            0,
            JobPolicy.DEFAULT,
            (hold, job) -> run.world.ended = JobState.FAILED);
    assertThat(run.world.holds).hasSize(1);
    assertThat(run.world.outcome).isNull();
    assertThat(run.world.facts).contains("row", "reservation");
  }

  private interface AtCall {
    void run(JobKind kind, int position);
  }

  /** Only where a failure ends the call: the job's own records are repeated until they are kept. */
  private static Stream<DynamicTest> eachKind(AtCall test) {
    return Stream.of(JobKind.values())
        .map(
            kind ->
                DynamicTest.dynamicTest(
                    kind.name(),
                    () -> {
                      SagaPropertiesTest.prepare(run().world, kind);
                      List<Call> calls = run().run(kind, Mode.NONE, 0);
                      int asked = 0;
                      for (int position = 1; position <= calls.size(); position++) {
                        SagaPropertiesTest.prepare(run().world, kind);
                        if (asks(kind, position)) {
                          SagaPropertiesTest.prepare(run().world, kind);
                          test.run(kind, position);
                          asked++;
                        }
                      }
                      assertThat(asked).isPositive();
                    }));
  }

  private static boolean asks(JobKind kind, int position) {
    run().run(kind, Mode.AFTER, position, PAUSE, ABORT);
    return !run().world.holds.isEmpty();
  }

  private static void assertEnded(JobKind kind, JobState state) {
    assertThat(run().world.ended).isEqualTo(state);
    JobOutcome outcome = Objects.requireNonNull(run().world.outcome);
    if (outcome.undone()) {
      Scenario.of(kind).assertUnwound(run().world, kind);
    } else if (!Scenario.of(kind).rerunnable()) { // behind its handover a migration ends there
      Scenario.of(kind).assertDone(run().world, kind);
    }
  }
}
