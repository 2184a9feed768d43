package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobPolicy.OnFailure;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.properties.Fault.Mode;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an evacuation does about instances that do not go by themselves. */
class EvacuateHostTest {
  private static final JobKind KIND = JobKind.EVACUATE_HOST;
  private static final JobPolicy ASKS = new JobPolicy(OnFailure.PAUSE, false);

  private final PropertyRun run = new PropertyRun(true);

  @BeforeEach
  void prepare() {
    SagaPropertiesTest.prepare(run.world, KIND);
    run.evacuations.resumes =
        (move, hold) -> PropertyRun.decide(JobVerb.RESUME, false).to(hold, run.asking(move));
  }

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void anInstanceThatAnotherJobWorksOnIsWaitedFor() {
    run.evacuations.busy.set(3);
    run.run(KIND, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    Scenario.of(KIND).assertDone(run.world, KIND);
  }

  /** The move asks; its own question is answered by the answer to the evacuation's. */
  @Test
  void aMoveThatIsBlockedBlocksTheEvacuationAndIsResumedWithIt() {
    run.evacuations.policy = ASKS;
    run.childAnswer = (hold, job) -> {};
    run.fault.broken = Set.of("ConnectPorts");
    run.run(
        KIND,
        Mode.AFTER_EACH,
        0,
        ASKS,
        (hold, job) -> {
          run.fault.broken = Set.of();
          PropertyRun.decide(JobVerb.RESUME, false).to(hold, job);
        });
    assertThat(run.world.holds).hasSize(1);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    Scenario.of(KIND).assertDone(run.world, KIND);
  }

  @Test
  void anInstanceWithoutAPlaceBlocksTheJobUntilItIsLeftOut() {
    run.evacuations.refused = true;
    run.run(KIND, Mode.NONE, 0, ASKS, PropertyRun.decide(JobVerb.SKIP, false));
    assertThat(run.world.holds).hasSize(1);
    assertThat(run.world.holds.get(0).state()).isEqualTo(JobState.BLOCKED);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.world.facts).contains("closed", "domain", "running").doesNotContain("owned");
  }

  @Test
  void anInstanceWithoutAPlaceFailsAJobThatAsksNobody() {
    run.evacuations.refused = true;
    run.run(KIND, Mode.NONE, 0);
    JobOutcome outcome = Objects.requireNonNull(run.world.outcome);
    assertThat(Objects.requireNonNull(outcome.failure()).type())
        .isEqualTo(FailureType.EVACUATION_INCOMPLETE);
    assertThat(outcome.failure().causes()).containsExactly("web: no host has room");
    assertThat(outcome.undone()).isTrue();
    Scenario.of(KIND).assertUnwound(run.world, KIND);
  }

  /** What runs may end; the host is opened again, and the job says what has moved. */
  @Test
  void aCancelLetsTheMoveThatRunsEnd() {
    int copying = 1;
    for (Fault.Call call : run.run(KIND, Mode.NONE, 0)) {
      if (call.type().equals("SendFrozenDisk")) {
        break;
      }
      copying++;
    }
    prepare();
    run.run(KIND, Mode.CANCEL, copying);
    JobOutcome outcome = Objects.requireNonNull(run.world.outcome);
    assertThat(outcome.state()).isEqualTo(JobState.CANCELLED);
    assertThat(outcome.undone()).isFalse();
    assertThat(outcome.leftovers()).containsExactly("move-instances: web is on beta1");
    assertThat(run.world.facts).contains("owned", "there:running").doesNotContain("closed");
  }
}
