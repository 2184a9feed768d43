package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A move has ended without merging its overlays, and the guest has written on into them: a volume
 * that leaves its instance, or grows, has all of that.
 */
class LeftOverlaysTest {
  private final PropertyRun run = new PropertyRun(true);

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void aVolumeHasAllThatWasWrittenWhenItIsDetached() {
    List<Call> calls = run(JobKind.DETACH_VOLUME);
    assertThat(calls).containsSubsequence(call("MergeOverlays"), call("DetachVolume"));
    assertThat(run.world.facts).contains("volume").doesNotContain("attached", "overlays");
  }

  /** Else what the guest has would be larger than the volume, or the volume than that. */
  @Test
  void aVolumeGrowsOnceNothingLiesOverIt() {
    List<Call> calls = run(JobKind.RESIZE_VOLUME);
    assertThat(calls).containsSubsequence(call("MergeOverlays"), call("GrowVolume"));
    assertThat(run.world.facts).contains("grown").doesNotContain("overlays");
  }

  @Test
  void soItHasWhenItsInstanceIsDeleted() {
    run.world.facts.add("volume");
    run.world.facts.add("attached");
    List<Call> calls = run(JobKind.DELETE_INSTANCE);
    assertThat(calls)
        .containsSubsequence(call("StopDomain"), call("MergeOverlays"), call("UndefineDomain"));
    assertThat(run.world.facts).contains("volume").doesNotContain("overlays");
  }

  /** What is deleted need not be whole. */
  @Test
  void ofAnInstanceWithoutVolumesNothingIsMerged() {
    assertThat(run(JobKind.DELETE_INSTANCE)).doesNotContain(call("MergeOverlays"));
  }

  private List<Call> run(JobKind kind) {
    List<String> before = List.copyOf(run.world.facts);
    SagaPropertiesTest.prepare(run.world, kind);
    run.world.facts.addAll(before);
    run.world.facts.add("overlays");
    List<Call> calls = run.run(kind, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.world.holds).isEmpty();
    return calls;
  }

  private static Call call(String type) {
    return new Call(type, false);
  }
}
