package io.holdfast.workflows.model;

/** How a round knows what changed on a disk since its base. */
public enum ChangeSource {
  /** There is no base: everything that is allocated is sent. */
  FULL,
  /** The dirty bitmap of the base's checkpoint. */
  BITMAP,
  /** The bitmap is gone or marked inconsistent: the hash leaves of both sides are compared. */
  HASHES
}
