package io.holdfast.engine.placement;

import io.holdfast.engine.placement.PlacementPlan.Choice;
import io.holdfast.engine.placement.Refusal.Numbers;
import io.holdfast.engine.placement.Refusal.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a host and a pool. Of those that will do, one comes first that shares the storage which
 * the disks lie on; then pools of a host's own, whose room is nobody else's; then a host with a
 * reflink pool (the root disk is then made at once), then the one with the most free memory, then
 * the first by name; so the same question always has the same answer.
 */
public final class PlacementPlanner {
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
            .filter(pool -> hasRoom(request, pool))
            .map(pool -> new Candidate(host, pool, request.liesIn(pool)))
            .max(Candidate.BEST_POOL)
            .ifPresent(candidates::add);
      }
    }
    refusals.sort(Comparator.comparing(Refusal::host));
    candidates.sort(Candidate.BEST.reversed());
    return new PlacementPlan(
        candidates.stream().findFirst().map(best -> choice(request, candidates)),
        List.copyOf(refusals));
  }

  /** {@code ranked}: at least one, the best first. */
  private static Choice choice(PlacementRequest request, List<Candidate> ranked) {
    Candidate best = ranked.get(0);
    String why;
    if (ranked.size() > 1) {
      why = "of %d hosts that will do, %s".formatted(ranked.size(), edge(best, ranked.get(1)));
    } else {
      why = request.host() == null ? "the only host that will do" : "the host that was asked for";
    }
    return new Choice(
        best.host().id(),
        best.host().name(),
        best.pool().name(),
        best.shares() ? why + "; it shares the disks" : why,
        best.shares());
  }

  /** The first comparison of {@link Candidate#BEST} that the two do not tie in. */
  private static String edge(Candidate best, Candidate next) {
    if (best.shares() != next.shares()) {
      return "the one on the same storage";
    }
    if (best.pool().isShared() != next.pool().isShared()) {
      return "the one with room in a pool of its own";
    }
    if (best.pool().reflink() != next.pool().reflink()) {
      return "the one whose pool clones an image at once";
    }
    long memory = best.host().spareMemoryMiB();
    long nextMemory = next.host().spareMemoryMiB();
    return memory == nextMemory
        ? "the first by name; %d MiB of memory are free".formatted(memory)
        : "the most free memory: %d MiB, the next has %d".formatted(memory, nextMemory);
  }

  private static Optional<Refusal> refusal(PlacementRequest request, HostCapacity host) {
    if (request.host() != null && !request.host().equals(host.id())) {
      return refuse(host, Reason.OTHER_HOST_WANTED, null);
    }
    if (request.site() != null && !request.site().equals(host.site())) {
      return refuse(host, Reason.OTHER_SITE_WANTED, null);
    }
    Reason closed =
        switch (host.state()) {
          case REGISTERED -> Reason.NOT_ACTIVE;
          case MAINTENANCE -> Reason.MAINTENANCE;
          case ACTIVE -> host.reachable() ? null : Reason.UNREACHABLE;
        };
    if (closed != null) {
      return refuse(host, closed, null);
    }
    String apart = request.apart().get(host.id());
    if (apart != null) {
      return Optional.of(new Refusal(host.name(), Reason.ANTI_AFFINITY, null, apart));
    }
    if (host.freeVcpus() < request.vcpus()) {
      return refuse(host, Reason.VCPUS, numbers(request.vcpus(), host.freeVcpus(), "vcpus"));
    }
    if (host.freeMemoryMiB() < request.memoryMiB()) {
      return refuse(host, Reason.MEMORY, numbers(request.memoryMiB(), host.freeMemoryMiB(), "MiB"));
    }
    List<PoolCapacity> pools = host.pools().stream().filter(request::takes).toList();
    if (pools.isEmpty()) {
      return refuse(host, Reason.NO_POOL, null);
    }
    if (pools.stream().noneMatch(pool -> isPromisable(request, pool))) {
      long mostDisk = pools.stream().mapToLong(PoolCapacity::freeBytes).max().orElse(0);
      return refuse(host, Reason.DISK, numbers(mib(request.diskBytes()), mib(mostDisk), "MiB"));
    }
    return pools.stream().noneMatch(pool -> hasRoom(request, pool))
        ? pools.stream().flatMap(pool -> closed(host, pool).stream()).findFirst()
        : Optional.empty();
  }

  /** Its promises may be far from what is taken of it, by others as well. */
  private static Optional<Refusal> closed(HostCapacity host, PoolCapacity pool) {
    PoolUse use = pool.use();
    Reason closed = pool.closed();
    return use == null || closed == null
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                host.name(),
                closed,
                null,
                null,
                closed == Reason.NOT_MOUNTED
                    ? "the storage of pool %s is away".formatted(pool.name())
                    : "of pool %s %d %% are taken".formatted(pool.name(), use.percentTaken())));
  }

  private static boolean hasRoom(PlacementRequest request, PoolCapacity pool) {
    return isPromisable(request, pool) && (request.bytesIn(pool) == 0 || pool.closed() == null);
  }

  private static boolean isPromisable(PlacementRequest request, PoolCapacity pool) {
    long needed = request.bytesIn(pool);
    return request.takes(pool) && (needed == 0 || pool.freeBytes() >= needed);
  }

  private static Optional<Refusal> refuse(
      HostCapacity host, Reason reason, @Nullable Numbers numbers) {
    return Optional.of(new Refusal(host.name(), reason, numbers, null));
  }

  private static Numbers numbers(long needed, long free, String unit) {
    return new Numbers(needed, Math.max(0, free), unit);
  }

  private static long mib(long bytes) {
    return bytes >> 20;
  }

  /** {@code shares}: the storage that the disks lie on. */
  private record Candidate(HostCapacity host, PoolCapacity pool, boolean shares) {
    private static final Comparator<Candidate> BEST_STORAGE =
        Comparator.comparing(Candidate::shares)
            .thenComparing(c -> !c.pool().isShared())
            .thenComparing(c -> c.pool().reflink());

    private static final Comparator<Candidate> BEST_POOL =
        BEST_STORAGE
            .thenComparing(c -> c.pool().freeBytes())
            .thenComparing(c -> c.pool().name(), Comparator.reverseOrder());

    private static final Comparator<Candidate> BEST =
        BEST_STORAGE
            .thenComparing(c -> c.host().spareMemoryMiB())
            .thenComparing(c -> c.host().name(), Comparator.reverseOrder());
  }
}
