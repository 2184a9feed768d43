package io.holdfast.engine.core;

import io.holdfast.engine.db.Role;
import io.holdfast.workflows.model.JobPolicy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for a change, and how to recognise the same request when it comes again.
 *
 * @param project whose idempotency keys these are
 * @param key the caller's idempotency key, if any
 * @param fingerprint SHA-256 of method, path and the meaning of the body, lower-case hex
 * @param dryRun true when only the plan is wanted: nothing is written, the key is not used up
 * @param policy what the caller wants of the job's run; empty when nothing was said
 * @param trail takes note of what was accepted
 */
public record Submission(
    String caller,
    String project,
    Optional<String> key,
    String fingerprint,
    boolean dryRun,
    Optional<JobPolicy> policy,
    AuditTrail trail) {
  /** A change that the engine itself asks for, in the name of what made it do so. */
  static Submission internal(String cause, String method, String path) {
    AuditTrail trail = new AuditTrail(cause, Role.ADMIN, method, path, cause);
    return new Submission(cause, "default", Optional.empty(), "", false, Optional.empty(), trail);
  }

  /** The same with another reaction to a step that has used up its retries; null: no other. */
  public Submission with(JobPolicy.@Nullable OnFailure onFailure) {
    if (onFailure == null) {
      return this;
    }
    boolean approval = policy.orElse(JobPolicy.DEFAULT).approval();
    JobPolicy other = new JobPolicy(onFailure, approval);
    return new Submission(caller, project, key, fingerprint, dryRun, Optional.of(other), trail);
  }
}
