package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.StreamCounts;
import io.temporal.activity.ActivityInterface;

/** Replicas as a source. Queue: that of the host that keeps them. */
@ActivityInterface
public interface ReplicaSourceActivities {
  /**
   * Sends a sealed replica to another host, where the stream's replica becomes a copy of it, and
   * returns once that host has said that all of it is durable. Only reads. Heartbeats carry the
   * last mark and the counts; a repeated call goes on after the last mark. Fails with NOT_FOUND
   * when there is no such replica, BACKUP_LOST when it went while it was read, STREAM_BROKEN
   * (repeated), HOST_UNSUITABLE, STORAGE_FULL of the target.
   */
  StreamCounts sendReplica(ReplicaSpec replica, DiskStream stream);
}
