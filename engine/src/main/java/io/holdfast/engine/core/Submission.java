package io.holdfast.engine.core;

import io.holdfast.engine.db.Role;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobPolicy.OnFailure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for a change, and how to recognise the same request when it comes again.
 *
 * @param project whose idempotency keys these are
 * @param key the caller's idempotency key, if any
 * @param fingerprint SHA-256 of method, path and the meaning of the body, lower-case hex
 * @param dryRun true when only the plan is wanted: nothing is written, the key is not used up
 * @param onFailure what happens when a step has used up its retries; empty when nothing was said
 * @param approval whether the job waits for a person first; empty when nothing was said
 * @param trail takes note of what was accepted
 */
public record Submission(
    String caller,
    String project,
    Optional<String> key,
    String fingerprint,
    boolean dryRun,
    Optional<OnFailure> onFailure,
    Optional<Boolean> approval,
    AuditTrail trail) {
  /** True for whom this role, or one above it, was given. */
  boolean has(Role wanted) {
    return trail.role().compareTo(wanted) >= 0;
  }

  /** A change that the engine itself asks for, in the name of what made it do so. */
  static Submission internal(String cause, String method, String path) {
    AuditTrail trail = new AuditTrail(cause, Role.ADMIN, method, path, cause);
    return new Submission(
        cause, "default", Optional.empty(), "", false, Optional.empty(), Optional.empty(), trail);
  }

  /** The same with another reaction to a step that has used up its retries; null: no other. */
  public Submission with(@Nullable OnFailure other) {
    return other == null
        ? this
        : new Submission(
            caller, project, key, fingerprint, dryRun, Optional.of(other), approval, trail);
  }

  /** A job's own policy, with what was said about it. An approval that it wants stays wanted. */
  JobPolicy over(JobPolicy own) {
    return new JobPolicy(
        onFailure.orElse(own.onFailure()), own.approval() || approval.orElse(false));
  }
}
