package io.holdfast.engine.errors;

import io.holdfast.workflows.failure.Owner;
import java.util.Locale;

/**
 * Every way in which the API itself says no. The name in kebab case is the problem's {@code code};
 * docs/errors.md explains each one, together with the failure types of jobs.
 */
public enum ProblemCode {
  ACTION_NOT_ALLOWED(409, "The job does not take this action now"),
  ALREADY_PROTECTED(409, "The instance is in a protection group"),
  BODY_TOO_LARGE(413, "The body is too large"),
  DATABASE_UNAVAILABLE(503, "The database does not answer"),
  EVENTS_EXPIRED(410, "Events that followed are no longer kept"),
  FORBIDDEN(403, "The token's role does not allow this"),
  HOST_ANSWERS(409, "The host is not off"),
  HOST_BUSY(409, "Another job works on the host"),
  HOST_NOT_DISCOVERED(409, "The host was never discovered"),
  HOST_UNREACHABLE(503, "The host does not answer"),
  IDEMPOTENCY_MISMATCH(422, "The idempotency key was used for another request"),
  IMAGE_BUSY(409, "Another job works on the image"),
  IMAGE_CHECKSUM_MISMATCH(422, "The content is not what its checksum says"),
  IMAGE_HAS_CONTENT(409, "The image has its content already"),
  IMAGE_INVALID(422, "The content is not a usable image"),
  IMAGE_NOT_AVAILABLE(409, "The image is not available yet"),
  IMAGE_TOO_LARGE(413, "The image is larger than the store allows"),
  IN_USE(409, "Something else depends on it"),
  INSTANCE_BUSY(409, "Another job works on the instance"),
  INSTANCE_MUST_BE_STOPPED(409, "The instance runs"),
  INSTANCE_MUST_RUN(409, "The instance does not run"),
  INSTANCE_NOT_MOVABLE(409, "The instance cannot leave its host"),
  INSTANCE_OWNER_UNKNOWN(409, "It is not known which of two hosts has the instance"),
  INSTANCE_RECOVERED_ELSEWHERE(409, "Another instance has taken over from it at the recovery site"),
  INSTANCE_NOT_PLACED(409, "The instance is on no host"),
  INTERNAL(500, "A defect in Holdfast"),
  INVALID_FIELD(422, "A field's value is not acceptable"),
  INVALID_REQUEST(400, "The request is not acceptable"),
  LEASE_BUSY(409, "Another job releases the lease"),
  MALFORMED_JSON(400, "The body is not JSON"),
  MEMORY_UNFIT(409, "The guest cannot go on from the snapshot's memory"),
  METHOD_NOT_ALLOWED(405, "The address does not know this method"),
  NAME_TAKEN(409, "The name is taken"),
  NETWORK_OVERLAP(409, "The network overlaps another one"),
  NO_CAPACITY(409, "No host has room"),
  NOT_ACCEPTABLE(406, "The answer has no form that the caller accepts"),
  NOT_FOUND(404, "There is no such thing"),
  PRECONDITION_FAILED(412, "It is not what the caller has seen"),
  ORPHAN_BUSY(409, "Another job works on the orphan"),
  ORPHAN_NOT_ADOPTABLE(409, "No instance can be made of it"),
  ORPHAN_NOT_DELETABLE(409, "It cannot be deleted like this"),
  PROTECTION_GROUP_BUSY(409, "Another job works on the protection group"),
  PROTECTION_GROUP_EMPTY(409, "The protection group protects nothing"),
  PROTECTION_GROUP_PAUSED(409, "The protection group is paused"),
  QUOTA_EXCEEDED(409, "The project's quota does not allow this"),
  RANGE_NOT_SATISFIABLE(416, "The range lies outside the content"),
  RECOVERY_PLAN_BUSY(409, "Another job works on the recovery plan"),
  RECOVERY_POINT_BUSY(409, "Another job works on the recovery point"),
  RECOVERY_POINT_NOT_AVAILABLE(409, "The recovery point is not there, or not any more"),
  REFERENCE_GONE(409, "Something that it needs has gone"),
  REPORT_NOT_SIGNED(409, "There is no signed report"),
  SECOND_PERSON_NEEDED(403, "Somebody else has to approve it"),
  SNAPSHOT_BUSY(409, "Another job works on the snapshot"),
  SNAPSHOT_ELSEWHERE(409, "The snapshot lies on another host than the instance"),
  SNAPSHOT_NOT_AVAILABLE(409, "The snapshot was never taken whole"),
  SNAPSHOT_UNSUPPORTED(409, "No such snapshot can be taken of the instance"),
  STORAGE_FULL(507, "The store is full"),
  TEST_NOT_CLEANED_UP(409, "What an earlier test made is still there"),
  TEST_NOT_STANDING(409, "There is no test to clean up"),
  TOO_MANY_STREAMS(429, "Too many followers of events"),
  TOO_MANY_UPLOADS(429, "Too many contents of images at once"),
  UNAUTHENTICATED(401, "A valid token is needed"),
  UNKNOWN_FIELD(422, "A field is not known"),
  UNKNOWN_REFERENCE(422, "A field names something that does not exist"),
  UNSUPPORTED_MEDIA_TYPE(415, "The body's type is not supported"),
  VOLUME_BUSY(409, "Another job works on the volume"),
  VOLUME_COPIED(409, "The instance has a disk that was made of the volume"),
  VOLUME_ELSEWHERE(409, "The volume lies on another host than the instance"),
  VOLUME_NOT_ATTACHED(409, "No instance has the volume"),
  VOLUME_NOT_AVAILABLE(409, "The volume was never made whole");

  private final int status;
  private final String title;

  ProblemCode(int status, String title) {
    this.status = status;
    this.title = title;
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /** Who has to act before the same call can succeed. */
  public Owner owner() {
    return switch (this) {
      case HOST_UNREACHABLE, NO_CAPACITY, STORAGE_FULL -> Owner.OPERATOR;
      case DATABASE_UNAVAILABLE, INTERNAL -> Owner.SYSTEM;
      case ACTION_NOT_ALLOWED,
          ALREADY_PROTECTED,
          BODY_TOO_LARGE,
          EVENTS_EXPIRED,
          FORBIDDEN,
          HOST_ANSWERS,
          HOST_BUSY,
          HOST_NOT_DISCOVERED,
          IDEMPOTENCY_MISMATCH,
          IMAGE_BUSY,
          IMAGE_CHECKSUM_MISMATCH,
          IMAGE_HAS_CONTENT,
          IMAGE_INVALID,
          IMAGE_NOT_AVAILABLE,
          IMAGE_TOO_LARGE,
          IN_USE,
          INSTANCE_BUSY,
          INSTANCE_MUST_BE_STOPPED,
          INSTANCE_MUST_RUN,
          INSTANCE_NOT_MOVABLE,
          INSTANCE_NOT_PLACED,
          INSTANCE_OWNER_UNKNOWN,
          INSTANCE_RECOVERED_ELSEWHERE,
          INVALID_FIELD,
          INVALID_REQUEST,
          LEASE_BUSY,
          MALFORMED_JSON,
          MEMORY_UNFIT,
          METHOD_NOT_ALLOWED,
          NAME_TAKEN,
          NETWORK_OVERLAP,
          NOT_ACCEPTABLE,
          NOT_FOUND,
          PRECONDITION_FAILED,
          ORPHAN_BUSY,
          ORPHAN_NOT_ADOPTABLE,
          ORPHAN_NOT_DELETABLE,
          PROTECTION_GROUP_BUSY,
          PROTECTION_GROUP_EMPTY,
          PROTECTION_GROUP_PAUSED,
          QUOTA_EXCEEDED,
          RANGE_NOT_SATISFIABLE,
          RECOVERY_PLAN_BUSY,
          RECOVERY_POINT_BUSY,
          RECOVERY_POINT_NOT_AVAILABLE,
          REFERENCE_GONE,
          SNAPSHOT_BUSY,
          REPORT_NOT_SIGNED,
          SECOND_PERSON_NEEDED,
          SNAPSHOT_ELSEWHERE,
          SNAPSHOT_NOT_AVAILABLE,
          SNAPSHOT_UNSUPPORTED,
          TEST_NOT_CLEANED_UP,
          TEST_NOT_STANDING,
          TOO_MANY_STREAMS,
          TOO_MANY_UPLOADS,
          UNAUTHENTICATED,
          UNKNOWN_FIELD,
          UNKNOWN_REFERENCE,
          UNSUPPORTED_MEDIA_TYPE,
          VOLUME_BUSY,
          VOLUME_COPIED,
          VOLUME_ELSEWHERE,
          VOLUME_NOT_ATTACHED,
          VOLUME_NOT_AVAILABLE ->
          Owner.CALLER;
    };
  }

  /** True when the same call may succeed later without anybody changing it. */
  public boolean retryable() {
    return switch (this) {
      case DATABASE_UNAVAILABLE,
          HOST_BUSY,
          HOST_UNREACHABLE,
          IMAGE_BUSY,
          IMAGE_NOT_AVAILABLE,
          INSTANCE_BUSY,
          ORPHAN_BUSY,
          PROTECTION_GROUP_BUSY,
          RECOVERY_PLAN_BUSY,
          RECOVERY_POINT_BUSY,
          SNAPSHOT_BUSY,
          TOO_MANY_STREAMS,
          TOO_MANY_UPLOADS,
          VOLUME_BUSY,
          LEASE_BUSY ->
          true;
      case ACTION_NOT_ALLOWED,
          ALREADY_PROTECTED,
          BODY_TOO_LARGE,
          EVENTS_EXPIRED,
          FORBIDDEN,
          HOST_ANSWERS,
          HOST_NOT_DISCOVERED,
          IDEMPOTENCY_MISMATCH,
          IMAGE_CHECKSUM_MISMATCH,
          IMAGE_HAS_CONTENT,
          IMAGE_INVALID,
          IMAGE_TOO_LARGE,
          IN_USE,
          INSTANCE_MUST_BE_STOPPED,
          INSTANCE_MUST_RUN,
          INSTANCE_NOT_MOVABLE,
          INSTANCE_NOT_PLACED,
          INSTANCE_OWNER_UNKNOWN,
          INSTANCE_RECOVERED_ELSEWHERE,
          INTERNAL,
          INVALID_FIELD,
          INVALID_REQUEST,
          MALFORMED_JSON,
          MEMORY_UNFIT,
          METHOD_NOT_ALLOWED,
          NAME_TAKEN,
          NETWORK_OVERLAP,
          NO_CAPACITY,
          NOT_ACCEPTABLE,
          NOT_FOUND,
          PRECONDITION_FAILED,
          ORPHAN_NOT_ADOPTABLE,
          ORPHAN_NOT_DELETABLE,
          PROTECTION_GROUP_EMPTY,
          PROTECTION_GROUP_PAUSED,
          QUOTA_EXCEEDED,
          RANGE_NOT_SATISFIABLE,
          RECOVERY_POINT_NOT_AVAILABLE,
          REFERENCE_GONE,
          REPORT_NOT_SIGNED,
          SECOND_PERSON_NEEDED,
          SNAPSHOT_ELSEWHERE,
          SNAPSHOT_NOT_AVAILABLE,
          SNAPSHOT_UNSUPPORTED,
          STORAGE_FULL,
          TEST_NOT_CLEANED_UP,
          TEST_NOT_STANDING,
          UNAUTHENTICATED,
          UNKNOWN_FIELD,
          UNKNOWN_REFERENCE,
          UNSUPPORTED_MEDIA_TYPE,
          VOLUME_COPIED,
          VOLUME_ELSEWHERE,
          VOLUME_NOT_ATTACHED,
          VOLUME_NOT_AVAILABLE ->
          false;
    };
  }

  /** The problem code in the API: {@code name-taken}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The code for a status that the server itself chose. */
  public static ProblemCode ofStatus(int status) {
    return switch (status) {
      case 401 -> UNAUTHENTICATED;
      case 403 -> FORBIDDEN;
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 406 -> NOT_ACCEPTABLE;
      case 412 -> PRECONDITION_FAILED;
      case 413 -> BODY_TOO_LARGE;
      case 415 -> UNSUPPORTED_MEDIA_TYPE;
      case 416 -> RANGE_NOT_SATISFIABLE;
      case 501, 505 -> INVALID_REQUEST;
      case 503 -> DATABASE_UNAVAILABLE;
      default -> status >= 400 && status < 500 ? INVALID_REQUEST : INTERNAL;
    };
  }
}
