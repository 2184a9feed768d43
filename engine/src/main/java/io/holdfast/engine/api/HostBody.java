package io.holdfast.engine.api;

import static java.util.stream.Collectors.filtering;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostView;
import io.holdfast.engine.db.PoolSharerRow;
import io.holdfast.engine.placement.PoolCapacity;
import io.holdfast.engine.placement.PoolUse;
import io.holdfast.workflows.model.HostFacts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A host.
 *
 * @param pools by name
 * @param sharedPools those that lie on storage of other hosts, too
 * @param facts as the host described itself; null until it was discovered
 * @param lastSeenAt the last answer of the host's worker
 * @param offAt from then on nothing runs on it, since its watchdog has reset it, unless its worker
 *     hears before that it may run on; null: it has no watchdog
 * @param activeJob id of the job that works on it
 * @param lease of that job; null when none works on it
 */
public record HostBody(
    UUID id,
    String name,
    String site,
    State state,
    int cpus,
    long memoryMiB,
    Reserved reserved,
    List<Pool> pools,
    List<SharedPool> sharedPools,
    @Nullable HostFacts facts,
    @Nullable Instant lastSeenAt,
    @Nullable Instant offAt,
    @Nullable UUID activeJob,
    @Nullable LeaseBody lease,
    Instant createdAt) {
  /** UNREACHABLE: in use, and its worker does not answer. */
  public enum State {
    REGISTERED,
    ACTIVE,
    MAINTENANCE,
    UNREACHABLE
  }

  /** What instances have claimed. */
  public record Reserved(long vcpus, long memoryMiB, long diskBytes) {}

  /**
   * The room of a pool. Pools on one file system have it together: each shows all of it.
   *
   * @param totalBytes as the last discovery found it
   * @param freeBytes that nobody has taken of its file system, whoever that may be; null: not known
   * @param promisedBytes the full sizes of all disks there
   * @param promisableBytes that may still be promised, see {@code placement.diskOvercommit}
   * @param state whether it takes anything new
   */
  public record Pool(
      String name,
      long totalBytes,
      @Nullable Long freeBytes,
      long promisedBytes,
      long promisableBytes,
      PoolState state) {
    private static Pool of(PoolCapacity pool) {
      PoolUse use = pool.use();
      return new Pool(
          pool.name(),
          pool.capacityBytes(),
          use == null ? null : use.freeBytes(),
          pool.reservedBytes(),
          Math.max(0, pool.freeBytes()),
          state(use));
    }

    private static PoolState state(@Nullable PoolUse use) {
      if (use == null || !use.isFull()) {
        return PoolState.OPEN;
      }
      return use.isAway() ? PoolState.NOT_MOUNTED : PoolState.FULL;
    }
  }

  /** FULL: more of its file system is taken than {@code placement.diskFullPercent}. */
  public enum PoolState {
    OPEN,
    FULL,
    NOT_MOUNTED
  }

  /**
   * A pool whose room is there once for all of these hosts.
   *
   * @param storage the id that lies on it
   * @param with names of the other hosts; none before another one was discovered
   */
  public record SharedPool(String name, String storage, List<String> with) {
    private static List<SharedPool> of(List<PoolSharerRow> rows) {
      return rows.stream()
          .collect(
              groupingBy(
                  PoolSharerRow::name,
                  LinkedHashMap::new,
                  mapping(PoolSharerRow::otherHost, filtering(Objects::nonNull, toList()))))
          .entrySet()
          .stream()
          .map(pool -> new SharedPool(pool.getKey(), storage(rows, pool.getKey()), pool.getValue()))
          .toList();
    }

    private static String storage(List<PoolSharerRow> rows, String pool) {
      return rows.stream()
          .filter(row -> row.name().equals(pool))
          .map(PoolSharerRow::storage)
          .findFirst()
          .orElseThrow();
    }
  }

  /** {@code pools}: the host's, and {@code sharers} of them. */
  public static HostBody of(
      HostView view,
      List<PoolCapacity> pools,
      List<PoolSharerRow> sharers,
      @Nullable LeaseBody lease) {
    HostRow row = view.host();
    return new HostBody(
        row.id(),
        row.name(),
        view.siteName(),
        state(row),
        row.cpus(),
        row.memoryMiB(),
        new Reserved(view.reservedVcpus(), view.reservedMemoryMiB(), view.reservedDiskBytes()),
        pools.stream().map(Pool::of).toList(),
        SharedPool.of(sharers),
        row.facts(),
        row.lastSeenAt(),
        view.offAt(),
        view.activeJobId(),
        lease,
        row.createdAt());
  }

  private static State state(HostRow row) {
    return switch (row.state()) {
      case REGISTERED -> State.REGISTERED;
      case MAINTENANCE -> State.MAINTENANCE;
      case ACTIVE -> row.unreachableSince() == null ? State.ACTIVE : State.UNREACHABLE;
    };
  }
}
