package io.holdfast.workflows.model;

/** What proves that an instance does not run at the protected site any more. */
public enum ProofKind {
  /** A person's word. */
  OPERATOR,
  /** The host's worker: the domain is off, and the host keeps it off. */
  HOST_CONFIRMED,
  /** A fencing agent, which has cut the host's power and read that back. */
  AGENT,
  /** The host was not told in time that it may run on, and its watchdog has reset it. */
  LEASE_EXPIRED
}
