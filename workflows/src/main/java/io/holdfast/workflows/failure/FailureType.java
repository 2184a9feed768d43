package io.holdfast.workflows.failure;

/**
 * Every way in which a step can fail. The name is the {@code type} of the Temporal failure and, in
 * kebab case, the problem code of the API; docs/errors.md explains each one. A new type must say
 * who acts and whether the same step, tried again without anybody acting, can succeed.
 */
public enum FailureType {
  NO_CAPACITY,
  NO_ADDRESS,
  QUOTA_EXCEEDED,
  IMAGE_INVALID,
  IMAGE_CHECKSUM_MISMATCH,
  IMAGE_SOURCE_UNREACHABLE,
  IMAGE_TOO_LARGE,
  IMAGE_NOT_ON_HOST,
  STORAGE_FULL,
  STORAGE_FAILED,
  LIBVIRT_UNAVAILABLE,
  LIBVIRT_REFUSED,
  NAME_TAKEN_BY_FOREIGN_DOMAIN,
  GUEST_NOT_READY,
  /** It was asked to shut down, and nobody pulls its plug. */
  GUEST_KEEPS_RUNNING,
  GUEST_KEEPS_VOLUME,
  INSTANCE_MUST_BE_STOPPED,
  INSTANCE_MUST_RUN,
  HOST_UNSUITABLE,
  /** What has to go there waits until the ledger hears of the host again. */
  HOST_UNREACHABLE,
  LEASE_RELEASED,
  STALE_LEASE,
  KEY_MISSING,
  NOT_FOUND,
  ORPHAN_NOT_ADOPTABLE,
  BACKUP_LOST,
  STREAM_BROKEN,
  REPLICA_REFUSED,
  /** It is whole already; what brought it has lost its answer, or its run. */
  REPLICA_SEALED,
  REPLICA_BROKEN,
  SNAPSHOT_UNSUPPORTED,
  /** The instance is not what it was when the memory was taken, or its host cannot be that. */
  MEMORY_UNFIT,
  MIGRATION_REFUSED,
  MIGRATION_FAILED,
  /** The guest writes its memory faster than the link takes it. */
  MIGRATION_TOO_SLOW,
  MIGRATION_BUSY,
  DISKS_BUSY,
  /** Another job works on what a run is to work on; the run waits for its end. */
  TARGET_BUSY,
  INSTANCE_ENDED,
  OWNER_UNKNOWN,
  OWNERSHIP_LOST,
  OWNERSHIP_UNCONFIRMED,
  FENCING_PROOF_MISSING,
  PROBE_FAILED,
  /** A drill was not done in its time, and was removed. */
  DEADLINE_PASSED,
  RECOVERY_REFUSED,
  CALLOUT_FAILED,
  COMMAND_FAILED,
  /** Nobody let the run go on in the time that its plan gives. */
  APPROVAL_MISSING,
  /** Somebody holds the run up; what asks waits until it is resumed. */
  RUN_PAUSED,
  TEST_NOT_REMOVED,
  EVACUATION_INCOMPLETE,
  HOST_NOT_EMPTY,
  CANCELLED,
  INTERNAL;

  public Owner owner() {
    return switch (this) {
      case IMAGE_INVALID, IMAGE_CHECKSUM_MISMATCH, IMAGE_TOO_LARGE, GUEST_NOT_READY, NOT_FOUND ->
          Owner.CALLER;
      case CANCELLED,
          GUEST_KEEPS_RUNNING,
          GUEST_KEEPS_VOLUME,
          INSTANCE_MUST_BE_STOPPED,
          INSTANCE_MUST_RUN,
          MEMORY_UNFIT,
          QUOTA_EXCEEDED,
          PROBE_FAILED,
          DEADLINE_PASSED,
          SNAPSHOT_UNSUPPORTED ->
          Owner.CALLER;
      case NO_CAPACITY,
          NO_ADDRESS,
          IMAGE_SOURCE_UNREACHABLE,
          STORAGE_FULL,
          STORAGE_FAILED,
          LIBVIRT_REFUSED,
          NAME_TAKEN_BY_FOREIGN_DOMAIN,
          LEASE_RELEASED,
          HOST_UNSUITABLE,
          KEY_MISSING,
          STREAM_BROKEN,
          REPLICA_BROKEN,
          MIGRATION_REFUSED,
          MIGRATION_FAILED,
          MIGRATION_TOO_SLOW,
          INSTANCE_ENDED,
          OWNER_UNKNOWN,
          OWNERSHIP_LOST,
          FENCING_PROOF_MISSING,
          RECOVERY_REFUSED,
          CALLOUT_FAILED,
          COMMAND_FAILED,
          APPROVAL_MISSING,
          RUN_PAUSED,
          TEST_NOT_REMOVED,
          EVACUATION_INCOMPLETE,
          HOST_NOT_EMPTY,
          ORPHAN_NOT_ADOPTABLE ->
          Owner.OPERATOR;
      case IMAGE_NOT_ON_HOST,
          HOST_UNREACHABLE,
          LIBVIRT_UNAVAILABLE,
          STALE_LEASE,
          BACKUP_LOST,
          REPLICA_REFUSED,
          REPLICA_SEALED,
          MIGRATION_BUSY,
          DISKS_BUSY,
          TARGET_BUSY,
          OWNERSHIP_UNCONFIRMED,
          INTERNAL ->
          Owner.SYSTEM;
    };
  }

  /** True when Temporal should run the activity again by itself. */
  public boolean retryable() {
    return switch (this) {
      case IMAGE_SOURCE_UNREACHABLE,
          STORAGE_FAILED,
          LIBVIRT_UNAVAILABLE,
          KEY_MISSING,
          STREAM_BROKEN,
          MIGRATION_BUSY,
          OWNERSHIP_UNCONFIRMED,
          INTERNAL ->
          true;
      case NO_CAPACITY,
          NO_ADDRESS,
          QUOTA_EXCEEDED,
          IMAGE_INVALID,
          IMAGE_CHECKSUM_MISMATCH,
          IMAGE_TOO_LARGE,
          IMAGE_NOT_ON_HOST,
          STORAGE_FULL,
          LIBVIRT_REFUSED,
          NAME_TAKEN_BY_FOREIGN_DOMAIN,
          GUEST_NOT_READY,
          GUEST_KEEPS_RUNNING,
          GUEST_KEEPS_VOLUME,
          INSTANCE_MUST_BE_STOPPED,
          INSTANCE_MUST_RUN,
          MEMORY_UNFIT,
          HOST_UNSUITABLE,
          HOST_UNREACHABLE,
          LEASE_RELEASED,
          STALE_LEASE,
          NOT_FOUND,
          ORPHAN_NOT_ADOPTABLE,
          BACKUP_LOST,
          DISKS_BUSY,
          TARGET_BUSY,
          REPLICA_REFUSED,
          REPLICA_SEALED,
          REPLICA_BROKEN,
          SNAPSHOT_UNSUPPORTED,
          MIGRATION_REFUSED,
          MIGRATION_FAILED,
          MIGRATION_TOO_SLOW,
          INSTANCE_ENDED,
          OWNER_UNKNOWN,
          OWNERSHIP_LOST,
          FENCING_PROOF_MISSING,
          PROBE_FAILED,
          DEADLINE_PASSED,
          RECOVERY_REFUSED,
          CALLOUT_FAILED,
          COMMAND_FAILED,
          APPROVAL_MISSING,
          RUN_PAUSED,
          TEST_NOT_REMOVED,
          EVACUATION_INCOMPLETE,
          HOST_NOT_EMPTY,
          CANCELLED ->
          false;
    };
  }

  /** The problem code in the API: {@code no-capacity}. */
  public String code() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
