package io.holdfast.config;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * What recovery plans tell somebody outside.
 *
 * @param secret that the body is signed with (HMAC-SHA256); at least 16 characters, or empty,
 *     unless told, for no callouts
 */
public record CalloutSettings(
    @NotNull @Pattern(regexp = "|.{16,}", message = "must have at least 16 characters")
        String secret) {
  /** What holds when the settings do not speak of it. */
  public static final CalloutSettings NONE = new CalloutSettings("");

  public CalloutSettings {
    secret = secret == null ? "" : secret;
  }

  /** True when callouts can be signed. */
  public boolean wanted() {
    return !secret.isEmpty();
  }

  /** Without the secret, since settings may be printed. */
  @Override
  public String toString() {
    return "CalloutSettings[]";
  }
}
