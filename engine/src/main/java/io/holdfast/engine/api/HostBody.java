package io.holdfast.engine.api;

import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostView;
import io.holdfast.workflows.model.HostFacts;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A host.
 *
 * @param facts as the host described itself; null until it was discovered
 * @param lastSeenAt the last answer of the host's worker
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
    @Nullable HostFacts facts,
    @Nullable Instant lastSeenAt,
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

  public static HostBody of(HostView view, @Nullable LeaseBody lease) {
    HostRow row = view.host();
    return new HostBody(
        row.id(),
        row.name(),
        view.siteName(),
        state(row),
        row.cpus(),
        row.memoryMiB(),
        new Reserved(view.reservedVcpus(), view.reservedMemoryMiB(), view.reservedDiskBytes()),
        row.facts(),
        row.lastSeenAt(),
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
