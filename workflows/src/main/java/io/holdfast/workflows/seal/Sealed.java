package io.holdfast.workflows.seal;

import java.util.Arrays;

/**
 * Something that only a holder of the key can read or change.
 *
 * @param keyId the key that opens it
 * @param bytes nonce of 12 bytes, ciphertext, tag of 16 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // it never leaves this package but to be written at once
public record Sealed(String keyId, byte[] bytes) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Sealed sealed
        && keyId.equals(sealed.keyId)
        && Arrays.equals(bytes, sealed.bytes);
  }

  @Override
  public int hashCode() {
    return keyId.hashCode() * 31 + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Sealed[" + bytes.length + " bytes with key " + keyId + "]";
  }
}
