package io.holdfast.engine.protection;

import io.holdfast.engine.placement.HostCapacity;
import io.holdfast.engine.placement.PlacementPlan;
import io.holdfast.engine.placement.PlacementPlan.Choice;
import io.holdfast.engine.placement.PlacementPlanner;
import io.holdfast.engine.placement.PlacementRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Chooses where the replicas of an instance go. They stay where the last ones are as long as there
 * is room, or they need no more than they had, also when that host is silent or in maintenance:
 * another one would have to be sent everything, and a host that restarts is back sooner. Those of
 * instances that never share a host go to different ones as long as there are such; protection is
 * not refused for want of them.
 */
public final class ReplicaPlanner {
  private ReplicaPlanner() {}

  /**
   * What an instance needs.
   *
   * @param diskBytes of all its disks; they lie in one pool
   * @param site where its replicas go
   * @param lastHost where its last replicas are, in {@code lastPool}; null for nowhere
   * @param lastBytes that they have claimed there, though more may be promised than there is
   * @param apart by host, the name of an instance that it should not share one with
   */
  public record Request(
      long diskBytes,
      UUID site,
      @Nullable UUID lastHost,
      @Nullable String lastPool,
      long lastBytes,
      Map<UUID, String> apart) {}

  public static PlacementPlan plan(Request request, List<HostCapacity> hosts) {
    PlacementPlan apart = PlacementPlanner.plan(asPlacement(request, request.apart()), hosts);
    PlacementPlan anywhere =
        apart.chosen().isPresent()
            ? apart
            : PlacementPlanner.plan(asPlacement(request, Map.of()), hosts);
    return hosts.stream()
        .filter(host -> host.id().equals(request.lastHost()))
        .filter(host -> hasRoom(host, request))
        .findFirst()
        .map(
            host ->
                new PlacementPlan(
                    Optional.of(
                        new Choice(
                            host.id(),
                            host.name(),
                            String.valueOf(request.lastPool()),
                            "its last replicas are there",
                            false)),
                    anywhere.refusals()))
        .orElse(anywhere);
  }

  private static PlacementRequest asPlacement(Request request, Map<UUID, String> apart) {
    return new PlacementRequest(0, 0, request.diskBytes(), request.site(), null, apart);
  }

  private static boolean hasRoom(HostCapacity host, Request request) {
    return host.pools().stream()
        .filter(pool -> pool.name().equals(request.lastPool()))
        .anyMatch(
            pool ->
                request.diskBytes() <= request.lastBytes()
                    || request.diskBytes() <= pool.freeBytes());
  }
}
