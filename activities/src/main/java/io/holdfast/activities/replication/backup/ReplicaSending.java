package io.holdfast.activities.replication.backup;

import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.qemu.QemuNbd;
import io.holdfast.activities.replication.backup.ViewSending.View;
import io.holdfast.activities.replication.replica.ReplicaNames;
import io.holdfast.activities.replication.stream.Bandwidth;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.workflows.activity.ReplicaSourceActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.StreamCounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** Sends replicas from their files, which never change. */
public final class ReplicaSending implements ReplicaSourceActivities {
  private final Pools pools;
  private final ViewSending views;
  private final SentLeaves leaves;

  /** {@code leaves}: of what {@code views} sends. */
  public ReplicaSending(Pools pools, ViewSending views, SentLeaves leaves) {
    this.pools = pools;
    this.views = views;
    this.leaves = leaves;
  }

  @Override
  public StreamCounts sendReplica(ReplicaSpec replica, DiskStream stream) {
    String name = ReplicaNames.name(replica);
    Path file = ReplicaNames.disk(pools.folder(replica.pool()), name);
    views.requireWays();
    if (!Files.exists(file)) {
      throw Failures.of(FailureType.NOT_FOUND, "There is no replica " + file);
    }
    View view = new View(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)), "", null);
    try (QemuNbd server = QemuNbd.reading(file, List.of())) {
      return views.send(
          stream, view, server.socket(), Bandwidth.UNLIMITED, () -> Files.exists(file));
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    } finally {
      forget(stream);
    }
  }

  /** No round follows that would use them. */
  private void forget(DiskStream stream) {
    try {
      leaves.forget(stream.replica().instance());
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }
}
