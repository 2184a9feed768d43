package io.holdfast.engine.outside;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An address that somebody has the engine call. The operator says by prefixes which may be called;
 * otherwise a caller could have the engine speak to addresses of its own network.
 */
public record OutsideAddress(String text) {
  /** What is wrong with one that is not {@link #isPlain}. */
  public static final String PLAIN_MESSAGE =
      "must be an address whose path has no '.', '..', '%2e', '%2f', '%5c' or '%25' in it";

  private static final Pattern USER = Pattern.compile("^([a-zA-Z]+://)[^/]*@");
  private static final Pattern QUERY = Pattern.compile("[?#].*", Pattern.DOTALL);
  private static final Pattern DOTS = Pattern.compile("(^|/)\\.{1,2}(;[^/]*)?(/|$)");
  private static final Pattern HIDDEN = Pattern.compile("%(2e|2f|5c|25)", Pattern.CASE_INSENSITIVE);

  /**
   * False when a server, or what stands before it, could take the path for another one than it
   * seems to be: a prefix would say nothing then. A backslash is no part of an address.
   */
  public boolean isPlain() {
    try {
      String path = new URI(text).getRawPath();
      return path != null && !DOTS.matcher(path).find() && !HIDDEN.matcher(path).find();
    } catch (URISyntaxException wrong) {
      return false;
    }
  }

  /** True when a user, and maybe a password, stands before the host. */
  public boolean namesUser() {
    return USER.matcher(QUERY.matcher(text).replaceFirst("")).find();
  }

  /** For people: without what may be a secret, which a pre-signed address has in its query. */
  public String shown() {
    return USER.matcher(QUERY.matcher(text).replaceFirst("")).replaceFirst("$1");
  }

  /** True when it is plain, and begins with one of these. */
  public boolean isAmong(List<String> prefixes) {
    return isPlain() && prefixes.stream().anyMatch(text::startsWith);
  }
}
