package io.holdfast.engine.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.engine.auth.BearerToken;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.TokenRow;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A token.
 *
 * @param token the secret; only in the answer that made it
 */
public record TokenBody(
    UUID id,
    String name,
    Role role,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String token,
    Instant createdAt) {
  public static TokenBody of(TokenRow row, @Nullable BearerToken secret) {
    return new TokenBody(
        row.id(), row.name(), row.role(), secret == null ? null : secret.value(), row.createdAt());
  }
}
