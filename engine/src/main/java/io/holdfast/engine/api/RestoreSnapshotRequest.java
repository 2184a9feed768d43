package io.holdfast.engine.api;

import org.jspecify.annotations.Nullable;

/**
 * A restore in place.
 *
 * @param restart true lets an instance that runs be stopped at once and started again; what its
 *     guest had not written is lost, as is all that it wrote since the snapshot. False unless told
 * @param memory true has the guest go on where it was, false restores the disks alone, and the
 *     guest boots; true unless told when the snapshot has memory
 */
public record RestoreSnapshotRequest(Boolean restart, @Nullable Boolean memory) {
  /** What an empty body asks for. */
  public static final RestoreSnapshotRequest NONE = new RestoreSnapshotRequest(false, null);

  public RestoreSnapshotRequest {
    restart = restart != null && restart;
  }
}
