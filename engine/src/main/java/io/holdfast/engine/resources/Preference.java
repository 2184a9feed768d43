package io.holdfast.engine.resources;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header Prefer (RFC 7240), of which we know {@code wait}; what we do not know is ignored. */
final class Preference {
  private static final Pattern WAIT =
      Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*\"?(\\d{1,9})\"?(?=$|[,;\\s])");
  private static final int LONGEST_SECONDS = 60;

  private Preference() {}

  /** How long the caller would wait; zero when it said nothing of the kind. */
  static Duration waitOf(@Nullable String header) {
    Matcher wait = WAIT.matcher(header == null ? "" : header);
    return wait.find()
        ? Duration.ofSeconds(Math.min(LONGEST_SECONDS, Integer.parseInt(wait.group(1))))
        : Duration.ZERO;
  }
}
