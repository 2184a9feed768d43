package io.holdfast.engine.auth;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A token as its bearer holds it: {@code hf_} and 256 random bits. So many bits need no salt and no
 * slow hash: SHA-256 is kept, and leads nobody back.
 */
public record BearerToken(String value) {
  private static final Pattern FORM = Pattern.compile("hf_[A-Za-z0-9_-]{43}");

  /** A new one. */
  public static BearerToken generate(SecureRandom random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return new BearerToken("hf_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** False for what cannot be a token, so that nobody need ask the database. */
  public boolean isWellFormed() {
    return FORM.matcher(value).matches();
  }

  /** Lower-case hex, as the database keeps it. */
  public String sha256() {
    return Hashing.sha256().hashString(value, StandardCharsets.US_ASCII).toString();
  }

  /** Never shows the token. */
  @Override
  public String toString() {
    return "BearerToken[...]";
  }
}
