package io.holdfast.workflows.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM with keys by name. The first key seals, every key opens: so a new key can reach all
 * processes before any of them uses it. Thread-safe.
 *
 * <p>Nonces are random (12 bytes, made by the JDK's provider), so a key is good for 2^32 seals
 * (NIST SP 800-38D, 8.3).
 */
public final class Keyring {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Map<String, SecretKey> keys;
  private final String first;

  /** {@code keys}: at least one, by id; the first of them seals. */
  public Keyring(Map<String, SecretKey> keys) {
    this.keys = new LinkedHashMap<>(keys);
    this.first = this.keys.keySet().iterator().next();
  }

  /** The id of the key that seals. */
  public String sealingKey() {
    return first;
  }

  /** {@code context}: what this is and where it belongs; it opens nowhere else. Not secret. */
  public Sealed seal(byte[] plain, String context) {
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, keys.get(first));
      cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
      byte[] nonce = cipher.getIV();
      byte[] bytes = Arrays.copyOf(nonce, NONCE_BYTES + cipher.getOutputSize(plain.length));
      cipher.doFinal(plain, 0, plain.length, bytes, NONCE_BYTES);
      return new Sealed(first, bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /**
   * Opens what was sealed for the same context.
   *
   * @throws KeyMissingException when the key is not there
   * @throws SealException when the bytes were changed, belong elsewhere, or the key of this id is
   *     another one
   */
  public byte[] open(Sealed sealed, String context) {
    SecretKey key = keys.get(sealed.keyId());
    if (key == null) {
      throw new KeyMissingException(sealed.keyId(), keys.keySet());
    }
    if (sealed.bytes().length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
      throw damaged(sealed);
    }
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(
          Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, sealed.bytes(), 0, NONCE_BYTES));
      cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(sealed.bytes(), NONCE_BYTES, sealed.bytes().length - NONCE_BYTES);
    } catch (AEADBadTagException e) {
      throw damaged(sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  private static SealException damaged(Sealed sealed) {
    return new SealException(
        "Sealed with a key named %s, and cannot be opened with the one of that name here: the bytes were changed, or the keys differ"
            .formatted(sealed.keyId()));
  }
}
