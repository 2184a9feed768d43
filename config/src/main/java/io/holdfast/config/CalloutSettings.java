package io.holdfast.config;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;

/**
 * What recovery plans tell somebody outside.
 *
 * @param secret that the body is signed with (HMAC-SHA256); at least 16 characters, or empty,
 *     unless told, for no callouts
 * @param prefixes addresses that are told must begin with one of these; none unless told, so that
 *     nobody makes the engine call addresses of its own network
 */
public record CalloutSettings(
    @NotNull @Pattern(regexp = "|.{16,}", message = "must have at least 16 characters")
        String secret,
    List<
            @NotBlank
            @Pattern(
                regexp = "https?://[^/]+/.*",
                message = "must be an http(s) address up to a slash")
            String>
        prefixes) {
  /** What holds when the settings do not speak of it. */
  public static final CalloutSettings NONE = new CalloutSettings("", List.of());

  public CalloutSettings {
    secret = secret == null ? "" : secret;
    prefixes = prefixes == null ? List.of() : List.copyOf(prefixes);
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
