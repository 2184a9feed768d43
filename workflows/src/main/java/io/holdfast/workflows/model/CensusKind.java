package io.holdfast.workflows.model;

/** What of ours a host can have. */
public enum CensusKind {
  DOMAIN,
  VOLUMES,
  IMAGE,
  NETWORK,
  RESERVATION
}
