package io.holdfast.engine.api;

import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.db.VolumeView;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.VolumeId;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A volume. Its state is derived from the job that works on it and from who has it.
 *
 * @param sizeGiB rounded up
 * @param instance id of the instance that has it, or null
 * @param serial of the disk that the guest sees: /dev/disk/by-id/virtio-SERIAL
 * @param activeJob id of the job that works on it
 */
public record VolumeBody(
    UUID id,
    String name,
    int sizeGiB,
    @Nullable String site,
    @Nullable String host,
    @Nullable String pool,
    State state,
    @Nullable UUID instance,
    @Nullable String instanceName,
    String serial,
    Map<String, String> labels,
    @Nullable UUID activeJob,
    Instant createdAt) {
  private static final long GIB = 1L << 30;

  /** ERROR: it was never made whole, and could not be undone; only a delete helps. */
  public enum State {
    CREATING,
    AVAILABLE,
    IN_USE,
    DELETING,
    ERROR
  }

  public static VolumeBody of(VolumeView view) {
    VolumeRow row = view.volume();
    return new VolumeBody(
        row.id(),
        row.name(),
        gib(row),
        view.siteName(),
        view.hostName(),
        row.pool(),
        state(row, view.activeJobKind()),
        row.instanceId(),
        view.instanceName(),
        new VolumeId(row.id()).serial(),
        row.labels(),
        view.activeJobId(),
        row.createdAt());
  }

  static int gib(VolumeRow row) {
    return Math.toIntExact((row.sizeBytes() + GIB - 1) / GIB);
  }

  private static State state(VolumeRow row, @Nullable JobKind job) {
    if (job == JobKind.CREATE_VOLUME) {
      return State.CREATING;
    }
    if (job == JobKind.DELETE_VOLUME) {
      return State.DELETING;
    }
    if (row.madeAt() == null) {
      return State.ERROR;
    }
    return row.instanceId() == null ? State.AVAILABLE : State.IN_USE;
  }
}
