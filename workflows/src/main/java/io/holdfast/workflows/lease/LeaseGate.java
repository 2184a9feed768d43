package io.holdfast.workflows.lease;

/** Where calls that change something show their lease. */
public interface LeaseGate {
  /**
   * Lets a call in, or refuses it with STALE_LEASE when a newer lease was seen on the resource. A
   * call in whose time a newer one comes is refused at its next check.
   */
  Passage enter(Lease lease);

  /** A call that is inside; closing it is leaving. */
  interface Passage extends AutoCloseable {
    @Override
    void close();
  }
}
