package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.FencedPlace;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobPolicy.OnFailure;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.ProofKind;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run does about an instance that cannot be recovered. */
class RecoveryRunTest {
  private static final JobPolicy ASKS = new JobPolicy(OnFailure.PAUSE, false);

  private final PropertyRun run = new PropertyRun(true);

  @AfterEach
  void close() {
    run.close();
  }

  /** The guest boots, and does not do what it is there for: that is no success. */
  @ParameterizedTest
  @EnumSource(
      value = JobKind.class,
      names = {"TEST_PLAN", "DRILL"})
  void aRehearsalWhoseProbeFailsIsUndoneAndFails(JobKind kind) {
    SagaPropertiesTest.prepare(run.world, kind);
    run.recovery.probeFails = true;
    run.run(kind, Mode.NONE, 0);
    JobOutcome outcome = Objects.requireNonNull(run.world.outcome);
    assertThat(outcome.state()).isEqualTo(JobState.FAILED);
    assertThat(Objects.requireNonNull(outcome.failure()).type())
        .isEqualTo(FailureType.PROBE_FAILED);
    assertThat(outcome.failure().causes()).containsExactly("db: The guest does not answer");
    assertThat(outcome.undone()).isTrue();
    Scenario.of(kind).assertUnwound(run.world, kind);
  }

  /** The deadline is kept inside the workflow, so what the drill made is removed. */
  @Test
  void aDrillThatIsNotDoneByItsDeadlineIsUndoneAndFails() {
    SagaPropertiesTest.prepare(run.world, JobKind.DRILL);
    run.recovery.probeHangs = true;
    run.recovery.deadline = run.now().plusSeconds(2);
    run.run(JobKind.DRILL, Mode.NONE, 0);
    JobOutcome outcome = Objects.requireNonNull(run.world.outcome);
    assertThat(outcome.state()).isEqualTo(JobState.FAILED);
    assertThat(Objects.requireNonNull(outcome.failure()).type())
        .isEqualTo(FailureType.DEADLINE_PASSED);
    assertThat(outcome.undone()).isTrue();
    Scenario.of(JobKind.DRILL).assertUnwound(run.world, JobKind.DRILL);
  }

  @Test
  void anInstanceThatMayBeSkippedIs() {
    SagaPropertiesTest.prepare(run.world, JobKind.FAILOVER_PLAN);
    run.recovery.probeFails = true;
    run.recovery.policy = FailurePolicy.SKIP;
    run.run(JobKind.FAILOVER_PLAN, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.world.facts).contains("skipped").doesNotContain("row", "domain");
  }

  @Test
  void anInstanceIsTriedAgainAsOftenAsThePlanSays() {
    SagaPropertiesTest.prepare(run.world, JobKind.FAILOVER_PLAN);
    run.recovery.probeFails = true;
    run.recovery.policy = FailurePolicy.RETRY;
    List<Call> calls = run.run(JobKind.FAILOVER_PLAN, Mode.NONE, 0);
    assertThat(calls.stream().filter(call -> call.type().equals("BeginPromotion"))).hasSize(2);
    assertThat(run.world.ended).isEqualTo(JobState.FAILED);
  }

  /** Nothing is started without a proof; once there is one, the run goes on. */
  @Test
  void aFailoverWithoutAProofIsBlockedUntilThereIsOne() {
    SagaPropertiesTest.prepare(run.world, JobKind.FAILOVER_PLAN);
    run.recovery.unfenced = true;
    failOverOnceAnswers(run.recovery);
    assertThat(run.world.holds.get(0).state()).isEqualTo(JobState.BLOCKED);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    Scenario.of(JobKind.FAILOVER_PLAN).assertDone(run.world, JobKind.FAILOVER_PLAN);
  }

  /** Nobody's word lets two guests have one role: a host that answers is asked all the same. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWordIsCheckedWithTheHostThatItIsAbout(boolean silent) {
    SagaPropertiesTest.prepare(run.world, JobKind.FAILOVER_PLAN);
    run.recovery.word = "OPERATOR: somebody said so";
    run.recovery.unfenced = silent;
    List<Call> calls = run.run(JobKind.FAILOVER_PLAN, Mode.NONE, 0, ASKS, (hold, job) -> {});
    assertThat(calls.stream().filter(call -> call.type().equals("Disown"))).hasSize(1);
    assertThat(calls.stream().filter(call -> call.type().equals("PowerOff"))).isEmpty();
    assertThat(run.recovery.proofs)
        .isEqualTo(silent ? List.of() : List.of(ProofKind.HOST_CONFIRMED));
    assertThat(run.world.holds).isEmpty();
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
  }

  /** Whichever end the ledger names, the guest may be at the other one. */
  @Test
  void aSourceOnItsWayIsFencedAtBothEnds() {
    SagaPropertiesTest.prepare(run.world, JobKind.FAILOVER_PLAN);
    run.recovery.other = new FencedPlace(MigrationWorld.TARGET, "fast");
    run.recoveryThere.unfenced = true;
    failOverOnceAnswers(run.recoveryThere);
    assertThat(run.recovery.proofs)
        .as("here, then both")
        .isEqualTo(Collections.nCopies(3, ProofKind.HOST_CONFIRMED));
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
  }

  /** A host that does not answer is switched off by whoever can; nobody is asked. */
  @Test
  void aFencingAgentIsAProof() {
    SagaPropertiesTest.prepare(run.world, JobKind.FAILOVER_PLAN);
    run.recovery.unfenced = true;
    run.recovery.agent = true;
    run.run(JobKind.FAILOVER_PLAN, Mode.NONE, 0, ASKS, (hold, job) -> {});
    assertThat(run.world.holds).isEmpty();
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
  }

  /** How it ends is read from the ledger: no other run of it is waited for. */
  @Test
  void aJobWhoseLeaseIsReleasedIsFollowedToItsEnd() {
    SagaPropertiesTest.prepare(run.world, JobKind.TEST_PLAN);
    run.recovery.releasing.set(2);
    List<Call> calls = run.run(JobKind.TEST_PLAN, Mode.NONE, 0);
    assertThat(calls.stream().filter(call -> call.type().equals("BeginPromotion"))).hasSize(3);
    assertThat(run.world.holds).isEmpty();
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
  }

  /** Whatever comes first, a step of the plan or an instance; it costs no attempt of either. */
  @Test
  void aPausedRunWaitsAndGoesOn() {
    SagaPropertiesTest.prepare(run.world, JobKind.TEST_PLAN);
    run.recovery.pauses.set(3);
    List<Call> calls = run.run(JobKind.TEST_PLAN, Mode.NONE, 0);
    assertThat(calls.stream().filter(call -> call.type().equals("AwaitResume"))).hasSize(4);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    Scenario.of(JobKind.TEST_PLAN).assertDone(run.world, JobKind.TEST_PLAN);
  }

  /** A pause is no way around the deadline. */
  @Test
  void aDrillThatIsPausedPastItsDeadlineIsUndone() {
    SagaPropertiesTest.prepare(run.world, JobKind.DRILL);
    run.recovery.pauses.set(Integer.MAX_VALUE);
    run.recovery.deadline = run.now().plusSeconds(2);
    run.run(JobKind.DRILL, Mode.NONE, 0);
    JobOutcome outcome = Objects.requireNonNull(run.world.outcome);
    assertThat(Objects.requireNonNull(outcome.failure()).type())
        .isEqualTo(FailureType.DEADLINE_PASSED);
    Scenario.of(JobKind.DRILL).assertUnwound(run.world, JobKind.DRILL);
  }

  /** Its watchdog has reset it by then; nothing is started before. */
  @Test
  void aLeaseThatIsOverIsAProof() {
    SagaPropertiesTest.prepare(run.world, JobKind.FAILOVER_PLAN);
    run.recovery.unfenced = true;
    run.recovery.leaseLeft.addAll(List.of(12_000L, 7_000L, 2_000L, 0L));
    run.run(JobKind.FAILOVER_PLAN, Mode.NONE, 0, ASKS, (hold, job) -> {});
    assertThat(run.recovery.proofs).containsExactly(ProofKind.LEASE_EXPIRED);
    assertThat(run.world.holds).isEmpty();
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
  }

  /** A host that is told again that it may run on is waited for no longer than its lease was. */
  @Test
  void aLeaseThatGrowsIsNoProof() {
    SagaPropertiesTest.prepare(run.world, JobKind.FAILOVER_PLAN);
    run.recovery.unfenced = true;
    run.recovery.leaseLeft.addAll(List.of(2_000L, 9_000L, 9_000L));
    failOverOnceAnswers(run.recovery);
    assertThat(run.recovery.proofs).containsExactly(ProofKind.HOST_CONFIRMED);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
  }

  /** What could not be recovered elsewhere is its own again. */
  @Test
  void aSourceIsGivenBackWhenItsPromotionFails() {
    SagaPropertiesTest.prepare(run.world, JobKind.FAILOVER_PLAN);
    run.recovery.probeFails = true;
    run.recovery.policy = FailurePolicy.SKIP;
    run.run(JobKind.FAILOVER_PLAN, Mode.NONE, 0);
    assertThat(run.world.facts).contains("skipped").doesNotContain("fenced");
  }

  /** Nothing is made before; asks once, and goes on when the hosts of that world answer. */
  private void failOverOnceAnswers(RecoveryWorld silent) {
    run.run(
        JobKind.FAILOVER_PLAN,
        Mode.NONE,
        0,
        ASKS,
        (hold, job) -> {
          assertThat(run.world.facts).doesNotContain("row", "domain", "volumes");
          silent.unfenced = false;
          PropertyRun.decide(JobVerb.RESUME, false).to(hold, job);
        });
    assertThat(run.world.holds).hasSize(1);
  }
}
