package io.holdfast.workflows.model;

/**
 * Who owns an instance, as the ledger says to the host that has its domain.
 *
 * @param epoch grows with each change of owner; a host never goes back to a lower one
 * @param holder who that is
 */
public record Ownership(InstanceId instance, long epoch, Holder holder) {
  /** Who may run the instance. */
  public enum Holder {
    /** The host that is told so. */
    HERE,
    /** Nobody: it is being recovered at another site. */
    NOBODY,
    /** Another instance, which has taken over and runs. */
    ELSEWHERE
  }
}
