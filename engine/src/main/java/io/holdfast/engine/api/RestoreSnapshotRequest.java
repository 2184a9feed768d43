package io.holdfast.engine.api;

/**
 * A restore in place.
 *
 * @param restart true lets an instance that runs be stopped at once and started again; what its
 *     guest had not written is lost, as is all that it wrote since the snapshot. False unless told
 */
public record RestoreSnapshotRequest(Boolean restart) {
  /** What an empty body asks for. */
  public static final RestoreSnapshotRequest NONE = new RestoreSnapshotRequest(false);

  public RestoreSnapshotRequest {
    restart = restart != null && restart;
  }
}
