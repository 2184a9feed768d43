package io.holdfast.engine.image;

import io.holdfast.engine.db.SharedKeyDao;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Addresses from which a host may fetch one image's content, without a token, until they expire.
 * All engines share the key, which the first of them makes.
 */
public final class ImageSignatures {
  private static final String KEY_NAME = "image-signing";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final Duration VALID_FOR = Duration.ofDays(1);

  private final SecretKeySpec key;
  private final String publicUrl;
  private final Clock clock;

  /**
   * @param publicUrl this engine's address as hosts reach it, without a slash at the end
   */
  public ImageSignatures(SharedKeyDao keys, String publicUrl, Clock clock) {
    byte[] fresh = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(fresh);
    this.key = new SecretKeySpec(keys.ensure(KEY_NAME, fresh), ALGORITHM);
    this.publicUrl = publicUrl;
    this.clock = clock;
  }

  /** A complete address, good for a day. */
  public String address(UUID image) {
    long expires = clock.instant().plus(VALID_FOR).getEpochSecond();
    return "%s/v1/images/%s/content?expires=%d&signature=%s"
        .formatted(publicUrl, image, expires, signature(image, expires));
  }

  /**
   * True when we made this signature and it has not expired.
   *
   * @param expires epoch seconds
   */
  public boolean isValid(UUID image, long expires, String signature) {
    boolean ours =
        MessageDigest.isEqual(
            signature(image, expires).getBytes(StandardCharsets.UTF_8),
            signature.getBytes(StandardCharsets.UTF_8));
    return ours && clock.instant().getEpochSecond() < expires;
  }

  private String signature(UUID image, long expires) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] signed = mac.doFinal((image + "/" + expires).getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
