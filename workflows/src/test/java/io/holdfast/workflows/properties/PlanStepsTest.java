package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobPolicy.OnFailure;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.PlanStepKind;
import io.holdfast.workflows.model.RunStep;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a plan has done before and after its tiers. */
class PlanStepsTest {
  private static final JobPolicy ASKS = new JobPolicy(OnFailure.PAUSE, false);
  private static final int HOUR = 3600;

  private final PropertyRun run = new PropertyRun(true);

  @BeforeEach
  void nothingIsDoneAroundTheInstance() {
    run.recovery.around = null;
  }

  @AfterEach
  void close() {
    run.close();
  }

  /** Nothing of the tier is there until a person lets the run go on. */
  @ParameterizedTest
  @EnumSource(
      value = JobKind.class,
      names = {"TEST_PLAN", "DRILL", "FAILOVER_PLAN", "MIGRATE_PLAN"})
  void aRunWaitsForAnApproval(JobKind kind) {
    SagaPropertiesTest.prepare(run.world, kind);
    run.recovery.before = List.of(step(PlanStepKind.APPROVAL, FailurePolicy.STOP, 1, HOUR));
    run.run(
        kind,
        Mode.NONE,
        0,
        JobPolicy.DEFAULT,
        (hold, job) -> {
          assertThat(run.world.facts).doesNotContain("owner", "volumes");
          PropertyRun.decide(JobVerb.APPROVE, false).to(hold, job);
        });
    assertThat(run.world.holds).hasSize(1);
    assertThat(run.world.holds.get(0).state()).isEqualTo(JobState.WAITING_FOR_APPROVAL);
    assertThat(run.world.holds.get(0).actions()).containsExactly(JobVerb.APPROVE);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    Scenario.of(kind).assertDone(run.world, kind);
  }

  @Test
  void aTestThatNobodyApprovesIsUndoneAndFails() {
    SagaPropertiesTest.prepare(run.world, JobKind.TEST_PLAN);
    run.recovery.after = List.of(step(PlanStepKind.APPROVAL, FailurePolicy.STOP, 1, 2));
    run.run(JobKind.TEST_PLAN, Mode.NONE, 0, JobPolicy.DEFAULT, (hold, job) -> {});
    assertUndone(JobKind.TEST_PLAN, FailureType.APPROVAL_MISSING);
  }

  /** Whoever does not approve cancels; nothing of the run is left then. */
  @Test
  void aTestThatIsCancelledWhileItAsksIsUndone() {
    SagaPropertiesTest.prepare(run.world, JobKind.TEST_PLAN);
    run.recovery.after = List.of(step(PlanStepKind.APPROVAL, FailurePolicy.STOP, 1, HOUR));
    run.run(JobKind.TEST_PLAN, Mode.NONE, 0, JobPolicy.DEFAULT, (hold, job) -> job.cancel());
    assertThat(run.world.ended).isEqualTo(JobState.CANCELLED);
    Scenario.of(JobKind.TEST_PLAN).assertUnwound(run.world, JobKind.TEST_PLAN);
  }

  /** The deadline bounds what waits for a person as well, and no policy leaves it out. */
  @Test
  void aDrillThatStillAsksAtItsDeadlineIsUndoneAndFails() {
    SagaPropertiesTest.prepare(run.world, JobKind.DRILL);
    run.recovery.before = List.of(step(PlanStepKind.APPROVAL, FailurePolicy.SKIP, 1, HOUR));
    run.recovery.deadline = run.now().plusSeconds(2);
    run.run(JobKind.DRILL, Mode.NONE, 0, JobPolicy.DEFAULT, (hold, job) -> {});
    assertUndone(JobKind.DRILL, FailureType.DEADLINE_PASSED);
  }

  /** Before its first step, as whoever began it wanted. */
  @Test
  void aDrillThatNobodyApprovesEndsAtItsDeadline() {
    SagaPropertiesTest.prepare(run.world, JobKind.DRILL);
    run.recovery.deadline = run.now().plusSeconds(2);
    JobPolicy approval = new JobPolicy(OnFailure.ROLLBACK, true);
    List<Call> calls = run.run(JobKind.DRILL, Mode.NONE, 0, approval, (hold, job) -> {});
    assertThat(calls).extracting(Call::type).doesNotContain("PlanRun");
    assertUndone(JobKind.DRILL, FailureType.DEADLINE_PASSED);
  }

  @Test
  void aCommandThatFailsUndoesATest() {
    SagaPropertiesTest.prepare(run.world, JobKind.TEST_PLAN);
    run.planSteps.commandFails = true;
    run.run(JobKind.TEST_PLAN, Mode.NONE, 0);
    assertUndone(JobKind.TEST_PLAN, FailureType.COMMAND_FAILED);
  }

  @Test
  void aCalloutIsMadeAgainAsOftenAsThePlanSays() {
    SagaPropertiesTest.prepare(run.world, JobKind.FAILOVER_PLAN);
    run.recovery.before = List.of(step(PlanStepKind.CALLOUT, FailurePolicy.RETRY, 3, 5));
    run.planSteps.refusedCallouts.set(2);
    assertThat(callouts(run.run(JobKind.FAILOVER_PLAN, Mode.NONE, 0))).isEqualTo(3);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void aStepThatMayBeLeftOutKeepsNobody() {
    SagaPropertiesTest.prepare(run.world, JobKind.FAILOVER_PLAN);
    run.recovery.before = List.of(step(PlanStepKind.CALLOUT, FailurePolicy.SKIP, 1, 5));
    run.planSteps.refusedCallouts.set(1);
    assertThat(callouts(run.run(JobKind.FAILOVER_PLAN, Mode.NONE, 0, ASKS, (hold, job) -> {})))
        .isEqualTo(1);
    assertThat(run.world.holds).isEmpty();
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
  }

  @ParameterizedTest
  @EnumSource(
      value = JobVerb.class,
      names = {"RESUME", "SKIP"})
  void aFailoverAsksAboutAStepThatFailed(JobVerb verb) {
    SagaPropertiesTest.prepare(run.world, JobKind.FAILOVER_PLAN);
    run.recovery.before = List.of(step(PlanStepKind.CALLOUT, FailurePolicy.STOP, 1, 5));
    run.planSteps.refusedCallouts.set(1);
    List<Call> calls =
        run.run(JobKind.FAILOVER_PLAN, Mode.NONE, 0, ASKS, PropertyRun.decide(verb, false));
    assertThat(run.world.holds).hasSize(1);
    assertThat(run.world.holds.get(0).state()).isEqualTo(JobState.BLOCKED);
    assertThat(run.world.holds.get(0).actions())
        .containsExactly(JobVerb.RESUME, JobVerb.SKIP, JobVerb.ABORT);
    assertThat(callouts(calls)).isEqualTo(verb == JobVerb.RESUME ? 2 : 1);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void aPromotionWaitsForAnApprovalBeforeItsInstance() {
    SagaPropertiesTest.prepare(run.world, JobKind.FAILOVER_PLAN);
    run.recovery.around = around(step(PlanStepKind.APPROVAL, FailurePolicy.STOP, 1, HOUR), null);
    run.childAnswer =
        (hold, job) -> {
          assertThat(run.world.facts).doesNotContain("owner", "fenced", "volumes");
          PropertyRun.decide(JobVerb.APPROVE, false).to(hold, job);
        };
    run.run(JobKind.FAILOVER_PLAN, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    Scenario.of(JobKind.FAILOVER_PLAN).assertDone(run.world, JobKind.FAILOVER_PLAN);
  }

  /** It is as little recovered as one whose probe fails. */
  @Test
  void anInstanceWhoseLastStepFailsIsNotRecovered() {
    SagaPropertiesTest.prepare(run.world, JobKind.FAILOVER_PLAN);
    run.recovery.after = List.of();
    run.recovery.around = around(null, step(PlanStepKind.COMMAND, FailurePolicy.STOP, 1, 5));
    run.recovery.policy = FailurePolicy.SKIP;
    run.planSteps.commandFails = true;
    run.run(JobKind.FAILOVER_PLAN, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.world.facts).contains("skipped").doesNotContain("row", "domain", "fenced");
  }

  @Test
  void whatMayBeLeftOutAroundAnInstanceKeepsItNot() {
    SagaPropertiesTest.prepare(run.world, JobKind.TEST_PLAN);
    run.recovery.after = List.of();
    run.recovery.around = around(null, step(PlanStepKind.COMMAND, FailurePolicy.SKIP, 1, 5));
    run.planSteps.commandFails = true;
    run.run(JobKind.TEST_PLAN, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    Scenario.of(JobKind.TEST_PLAN).assertDone(run.world, JobKind.TEST_PLAN);
  }

  /** The deadline of the run ends what waits for a person around an instance as well. */
  @Test
  void aDrillThatAsksAroundItsInstanceIsUndoneAtItsDeadline() {
    SagaPropertiesTest.prepare(run.world, JobKind.DRILL);
    run.recovery.around = around(null, step(PlanStepKind.APPROVAL, FailurePolicy.SKIP, 1, HOUR));
    run.recovery.deadline = run.now().plusSeconds(2);
    run.childAnswer = (hold, job) -> {};
    run.run(JobKind.DRILL, Mode.NONE, 0);
    assertUndone(JobKind.DRILL, FailureType.DEADLINE_PASSED);
  }

  private static List<List<RunStep>> around(@Nullable RunStep before, @Nullable RunStep after) {
    return List.of(
        before == null ? List.of() : List.of(before), after == null ? List.of() : List.of(after));
  }

  private void assertUndone(JobKind kind, FailureType why) {
    JobOutcome outcome = Objects.requireNonNull(run.world.outcome);
    assertThat(outcome.state()).isEqualTo(JobState.FAILED);
    assertThat(Objects.requireNonNull(outcome.failure()).type()).isEqualTo(why);
    assertThat(outcome.undone()).isTrue();
    Scenario.of(kind).assertUnwound(run.world, kind);
  }

  private static long callouts(List<Call> calls) {
    return calls.stream().filter(call -> call.type().equals("CallOut")).count();
  }

  private static RunStep step(PlanStepKind kind, FailurePolicy policy, int attempts, int seconds) {
    return new RunStep("one", kind, "go on?", policy, attempts, seconds);
  }
}
