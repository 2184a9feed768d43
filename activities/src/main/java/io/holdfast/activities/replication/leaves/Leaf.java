package io.holdfast.activities.replication.leaves;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The smallest part of a disk that is compared: 64 KiB, at the end of a disk what is left. Its hash
 * is the SHA-256 of its bytes. A leaf that is all zeros is written as 32 zero bytes wherever hashes
 * are kept or sent, so that an empty disk's manifest is an empty file; a root is always made of the
 * true hash.
 */
public final class Leaf {
  /** Bytes of a leaf. */
  public static final int SIZE = 64 << 10;

  /** Bytes of a hash. */
  public static final int HASH = 32;

  private static final byte[] ZEROS = new byte[SIZE];
  private static final byte[] HASH_OF_ZEROS = sha256(ZEROS, 0, SIZE);

  private Leaf() {}

  /** Leaves of a disk of so many bytes. */
  public static int count(long bytes) {
    return Math.toIntExact((bytes + SIZE - 1) / SIZE);
  }

  /** Bytes of the leaf with this number on a disk of so many bytes. */
  public static int length(int leaf, long bytes) {
    return (int) Math.min(SIZE, bytes - (long) leaf * SIZE);
  }

  /** The hashes of all leaves in a run of bytes that begins with a leaf. */
  public static byte[] hashes(byte[] bytes, int length) {
    byte[] hashes = new byte[count(length) * HASH];
    for (int at = 0, to = 0; at < length; at += SIZE, to += HASH) {
      int count = Math.min(SIZE, length - at);
      byte[] hash = sha256(bytes, at, count);
      if (!Arrays.equals(hash, ofZeros(count))) {
        System.arraycopy(hash, 0, hashes, to, HASH);
      }
    }
    return hashes;
  }

  /** True for the hash at this place of a leaf that is all zeros. */
  public static boolean isZero(byte[] hashes, int at) {
    return Arrays.equals(hashes, at, at + HASH, ZEROS, 0, HASH);
  }

  /** The true hash of so many zeros. */
  static byte[] ofZeros(int length) {
    return length == SIZE ? HASH_OF_ZEROS : sha256(ZEROS, 0, length);
  }

  /** A new SHA-256. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java has SHA-256", impossible);
    }
  }

  private static byte[] sha256(byte[] bytes, int offset, int length) {
    MessageDigest digest = digest();
    digest.update(bytes, offset, length);
    return digest.digest();
  }
}
