package io.holdfast.activities.replication.backup;

import io.holdfast.activities.replication.nbd.NbdConnection;
import io.holdfast.activities.replication.nbd.NbdException;
import io.holdfast.activities.replication.replica.ReplicaNames;
import io.holdfast.activities.replication.stream.Bandwidth;
import io.holdfast.activities.replication.stream.DiskSender;
import io.holdfast.activities.replication.stream.DiskSource;
import io.holdfast.activities.replication.stream.Outlet;
import io.holdfast.activities.replication.stream.StreamClients;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.StreamCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sends disks that an NBD server on this host shows as they were in one moment. */
public final class ViewSending {
  private final @Nullable StreamClients clients;
  private final DiskSender sender;
  private final SentLeaves leaves;

  /** {@code clients}: null when this host has no settings for streams. */
  public ViewSending(@Nullable StreamClients clients, DiskSender sender, SentLeaves leaves) {
    this.clients = clients;
    this.sender = sender;
    this.leaves = leaves;
  }

  /** Fails with HOST_UNSUITABLE when this host sends to no other; asked before a server starts. */
  public void requireWays() {
    ways();
  }

  /**
   * Sends what the target lacks.
   *
   * @param socket of the NBD server
   * @param own what the disk's instance may use, beside what all may
   * @param open whether the moment can still be read, asked when reading fails; BACKUP_LOST if not
   */
  public StreamCounts send(DiskStream stream, View view, Path socket, Bandwidth own, Moment open)
      throws IOException {
    try (Outlet outlet = ways().open(stream.target().address())) {
      return send(stream, view, socket, own, outlet);
    } catch (NbdException failed) {
      if (failed.isLost() || !open.isReadable()) {
        throw Failures.of(FailureType.BACKUP_LOST, "The view closed while it was read", failed);
      }
      throw failed;
    }
  }

  private StreamCounts send(DiskStream stream, View view, Path socket, Bandwidth own, Outlet outlet)
      throws IOException {
    String bitmap = view.bitmap();
    List<String> contexts =
        bitmap == null
            ? List.of(NbdConnection.ALLOCATION)
            : List.of(NbdConnection.ALLOCATION, NbdConnection.bitmap(bitmap));
    ReplicaSpec replica = stream.replica();
    try (NbdConnection disk = NbdConnection.open(socket, view.export(), contexts)) {
      return sender.send(
          outlet,
          stream.target().token(),
          ReplicaNames.name(replica.instance(), replica.disk(), replica.point()),
          replica.baseRoot(),
          DiskSource.of(disk, view.id(), bitmap),
          leaves.of(replica, view.id()),
          own,
          stream.limit());
    }
  }

  private StreamClients ways() {
    StreamClients ways = clients;
    if (ways == null) {
      throw Failures.of(
          FailureType.HOST_UNSUITABLE, "This host's worker has no settings for streams");
    }
    return ways;
  }

  /**
   * A disk in one moment.
   *
   * @param id names the moment
   * @param export the NBD server's name of the disk
   * @param bitmap that says what changed since the target's base; null to look at all
   */
  public record View(UUID id, String export, @Nullable String bitmap) {}

  /** Asks whether a moment can still be read. */
  @FunctionalInterface
  public interface Moment {
    boolean isReadable() throws IOException;
  }
}
