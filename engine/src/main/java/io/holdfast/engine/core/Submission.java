package io.holdfast.engine.core;

import java.util.Optional;

/**
 * Who asks for a change, and how to recognise the same request when it comes again.
 *
 * @param project whose idempotency keys these are
 * @param key the caller's idempotency key, if any
 * @param fingerprint SHA-256 of method, path and the meaning of the body, lower-case hex
 * @param trail takes note of what was accepted
 */
public record Submission(
    String caller, String project, Optional<String> key, String fingerprint, AuditTrail trail) {}
