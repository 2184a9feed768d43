package io.holdfast.engine.placement;

import io.holdfast.engine.placement.PlacementPlan.Choice;
import java.util.List;

/** The words of a placement, the same in a plan and in a job's error. */
public final class PlanText {
  private PlanText() {}

  public static String needs(PlacementRequest request) {
    return "%d vcpus, %d MiB of memory and %d MiB of disk"
        .formatted(request.vcpus(), request.memoryMiB(), request.diskBytes() >> 20);
  }

  public static String chosen(Choice choice) {
    return "%s, pool %s: %s".formatted(choice.hostName(), choice.pool(), choice.why());
  }

  /** One line a host. */
  public static List<String> refusals(PlacementPlan plan) {
    return plan.chosen().isEmpty() && plan.refusals().isEmpty()
        ? List.of("no host is registered")
        : plan.refusals().stream().map(Refusal::toString).toList();
  }
}
