package io.holdfast.workflows.model;

/** What of ours a host can have. */
public enum CensusKind {
  DOMAIN,
  /** The disks that an instance was born with, and its seed. */
  VOLUMES,
  /** A volume that lives by itself. */
  VOLUME,
  IMAGE,
  NETWORK,
  RESERVATION,
  /** The files of a snapshot. */
  SNAPSHOT,
  /** One disk of a recovery point. */
  REPLICA,
  /** What a guest has printed. */
  CONSOLE
}
