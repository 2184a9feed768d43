package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobPolicy.OnFailure;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A round reads the disks of a guest that runs, and a volume among them is wanted. */
class VolumeInRoundTest {
  private static final JobPolicy PAUSE = new JobPolicy(OnFailure.PAUSE, false);

  private final PropertyRun run = new PropertyRun(true);

  @AfterEach
  void close() {
    run.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = JobKind.class,
      names = {"DETACH_VOLUME", "RESIZE_VOLUME"})
  void itIsWaitedFor(JobKind kind) {
    SagaPropertiesTest.prepare(run.world, kind);
    run.volumes.read.set(5);
    List<Call> calls =
        run.run(kind, Mode.NONE, 0, PAUSE, PropertyRun.decide(JobVerb.RESUME, false));
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.world.holds)
        .isNotEmpty()
        .extracting(JobHold::state)
        .containsOnly(JobState.RUNNING);
    assertThat(calls)
        .extracting(Call::type)
        .contains(kind == JobKind.DETACH_VOLUME ? "DetachVolume" : "GrowVolume");
    assertThat(run.world.facts).contains(kind == JobKind.DETACH_VOLUME ? "volume" : "grown");
  }
}
