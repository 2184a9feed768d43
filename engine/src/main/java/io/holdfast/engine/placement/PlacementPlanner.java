package io.holdfast.engine.placement;

import io.holdfast.engine.placement.PlacementPlan.Choice;
import io.holdfast.engine.placement.Refusal.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Chooses a host and a pool. Of those that will do, a host with a reflink pool comes first (the
 * root disk is then made at once), then the one with the most free memory, then the first by name;
 * so the same question always has the same answer.
 */
public final class PlacementPlanner {
  private static final Comparator<PoolCapacity> BEST_POOL =
      Comparator.comparing(PoolCapacity::reflink)
          .thenComparing(PoolCapacity::freeBytes)
          .thenComparing(PoolCapacity::name, Comparator.reverseOrder());

  private static final Comparator<Candidate> BEST =
      Comparator.comparing((Candidate c) -> c.pool().reflink())
          .thenComparing(c -> c.host().freeMemoryMiB())
          .thenComparing(c -> c.host().name(), Comparator.reverseOrder());

  private PlacementPlanner() {}

  public static PlacementPlan plan(PlacementRequest request, List<HostCapacity> hosts) {
    List<Refusal> refusals = new ArrayList<>();
    List<Candidate> candidates = new ArrayList<>();
    for (HostCapacity host : hosts) {
      Optional<Refusal> refusal = refusal(request, host);
      if (refusal.isPresent()) {
        refusals.add(refusal.get());
      } else {
        host.pools().stream()
            .filter(pool -> pool.freeBytes() >= request.diskBytes())
            .max(BEST_POOL)
            .ifPresent(pool -> candidates.add(new Candidate(host, pool)));
      }
    }
    refusals.sort(Comparator.comparing(Refusal::host));
    Optional<Choice> chosen =
        candidates.stream()
            .max(BEST)
            .map(best -> new Choice(best.host().id(), best.host().name(), best.pool().name()));
    return new PlacementPlan(chosen, List.copyOf(refusals));
  }

  private static Optional<Refusal> refusal(PlacementRequest request, HostCapacity host) {
    if (request.host() != null && !request.host().equals(host.id())) {
      return refuse(host, Reason.OTHER_HOST_WANTED, "");
    }
    if (request.site() != null && !request.site().equals(host.site())) {
      return refuse(host, Reason.OTHER_SITE_WANTED, "");
    }
    if (!host.active()) {
      return refuse(host, Reason.NOT_ACTIVE, "");
    }
    if (!host.reachable()) {
      return refuse(host, Reason.UNREACHABLE, "");
    }
    if (host.freeVcpus() < request.vcpus()) {
      return refuse(host, Reason.VCPUS, numbers(request.vcpus(), host.freeVcpus(), "vcpus"));
    }
    if (host.freeMemoryMiB() < request.memoryMiB()) {
      return refuse(host, Reason.MEMORY, numbers(request.memoryMiB(), host.freeMemoryMiB(), "MiB"));
    }
    if (host.pools().isEmpty()) {
      return refuse(host, Reason.NO_POOL, "");
    }
    long mostDisk = host.pools().stream().mapToLong(PoolCapacity::freeBytes).max().orElse(0);
    if (mostDisk < request.diskBytes()) {
      return refuse(
          host, Reason.DISK, numbers(mib(request.diskBytes()), mib(mostDisk), "MiB in one pool"));
    }
    return Optional.empty();
  }

  private static Optional<Refusal> refuse(HostCapacity host, Reason reason, String numbers) {
    return Optional.of(new Refusal(host.name(), reason, numbers));
  }

  private static String numbers(long needed, long free, String unit) {
    return "needs " + needed + ", free " + Math.max(0, free) + " " + unit;
  }

  private static long mib(long bytes) {
    return bytes >> 20;
  }

  private record Candidate(HostCapacity host, PoolCapacity pool) {}
}
