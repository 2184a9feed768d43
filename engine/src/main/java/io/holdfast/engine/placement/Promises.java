package io.holdfast.engine.placement;

import io.holdfast.engine.placement.PlacementPlan.Choice;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts as they are once a plan that is being made is carried out as far as it goes. What it
 * promises of a room is gone in all pools that have it, on other hosts, too.
 */
public final class Promises {
  private final List<HostCapacity> left;

  /** {@code hosts}: with all that is promised of them already. */
  public Promises(List<HostCapacity> hosts) {
    left = new ArrayList<>(hosts);
  }

  /** With what is left of them by now. */
  public List<HostCapacity> hosts() {
    return List.copyOf(left);
  }

  public void promise(Choice choice, PlacementRequest request) {
    PoolCapacity chosen =
        left.stream()
            .filter(host -> host.id().equals(choice.host()))
            .flatMap(host -> host.pools().stream())
            .filter(pool -> pool.name().equals(choice.pool()))
            .findFirst()
            .orElseThrow();
    left.replaceAll(host -> host.claimed(choice, chosen, request));
  }
}
