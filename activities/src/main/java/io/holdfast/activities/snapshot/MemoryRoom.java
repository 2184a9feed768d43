package io.holdfast.activities.snapshot;

import io.holdfast.activities.libvirt.DomainJob;

/**
 * What the file of a guest's memory may take. Of a guest that runs, pages that it changes are
 * written again behind those that are there; what it could come to is claimed for it beforehand
 * (SnapshotRoom of the engine: a quarter more than its memory), so at an eighth more the guest is
 * held still, and the file grows no further.
 */
final class MemoryRoom {
  private static final long PART = 8;

  private MemoryRoom() {}

  /** {@code job}: that saves the memory. */
  static boolean isUsedUp(DomainJob job) {
    long total = job.number("memory_total");
    return job.isSnapshot()
        && job.number("memory_processed") + job.number("memory_remaining") > total + total / PART;
  }
}
