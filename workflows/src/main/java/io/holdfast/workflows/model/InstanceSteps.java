package io.holdfast.workflows.model;

import java.util.List;

/**
 * What a run of a recovery plan does around one of its instances.
 *
 * @param before what is done before anything is done about the instance, in order
 * @param after what is done once its probes were green, in order
 */
public record InstanceSteps(JobId run, List<RunStep> before, List<RunStep> after) {
  /** Nothing at all. */
  public static InstanceSteps none(JobId run) {
    return new InstanceSteps(run, List.of(), List.of());
  }
}
