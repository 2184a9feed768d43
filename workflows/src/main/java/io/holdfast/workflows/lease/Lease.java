package io.holdfast.workflows.lease;

import java.util.UUID;

/**
 * A job's right to change a resource, as its calls carry it. Of two leases on one resource the
 * older one has been given up.
 *
 * @param resource the job's target
 * @param generation of the job's run; each run has a higher one than all before it
 * @param phase of the run, from 0; it grows when the run turns round to undo what it did
 */
public record Lease(UUID resource, long generation, int phase) {
  public boolean isOlderThan(Lease other) {
    return generation != other.generation ? generation < other.generation : phase < other.phase;
  }

  Lease nextPhase() {
    return new Lease(resource, generation, phase + 1);
  }

  @Override
  public String toString() {
    return resource + "/" + generation + "." + phase;
  }
}
