package io.holdfast.config;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;

/**
 * Who outside is told of events.
 *
 * @param url that each event is posted to; empty, unless told, for nobody
 * @param secret that the body is signed with (HMAC-SHA256); at least 16 characters
 * @param types of events; missed, late and failed drills unless told
 */
public record WebhookSettings(
    @NotNull @Pattern(regexp = "|https?://.+", message = "must be an http(s) address") String url,
    @NotNull @Pattern(regexp = "|.{16,}", message = "must have at least 16 characters")
        String secret,
    @NotEmpty List<String> types) {
  private static final List<String> DRILLS = List.of("drill.missed", "drill.late", "drill.failed");

  /** What holds when the settings do not speak of it. */
  public static final WebhookSettings NONE = new WebhookSettings("", "", DRILLS);

  public WebhookSettings {
    url = url == null ? "" : url;
    secret = secret == null ? "" : secret;
    types = types == null ? DRILLS : List.copyOf(types);
  }

  /** True when somebody is to be told. */
  public boolean wanted() {
    return !url.isEmpty();
  }

  @AssertTrue(message = "needs a secret beside its url")
  boolean isSigned() {
    return url.isEmpty() || !secret.isEmpty();
  }

  /** Without the secret, since settings may be printed. */
  @Override
  public String toString() {
    return "WebhookSettings[url=" + url + ", types=" + types + "]";
  }
}
