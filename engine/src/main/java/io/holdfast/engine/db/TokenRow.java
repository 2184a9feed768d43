package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;

/**
 * A bearer token, without the token.
 *
 * @param sha256 of the token, lower-case hex
 */
public record TokenRow(
    UUID id, String name, Role role, String project, String sha256, Instant createdAt) {}
