package io.holdfast.engine.core;

import java.util.Optional;

/**
 * Who asks for a change, and how to recognise the same request when it comes again.
 *
 * @param project whose idempotency keys these are
 * @param key the caller's idempotency key, if any
 * @param fingerprint SHA-256 of method, path and the meaning of the body, lower-case hex
 * @param dryRun true when only the plan is wanted: nothing is written, the key is not used up
 */
public record Submission(
    String caller, String project, Optional<String> key, String fingerprint, boolean dryRun) {
  /** A change that the engine itself asks for, in the name of what made it do so. */
  static Submission internal(String cause) {
    return new Submission(cause, "default", Optional.empty(), "", false);
  }
}
