package io.holdfast.engine.placement;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** MAC addresses that derive from the job that makes an instance. */
public final class MacAddresses {
  private MacAddresses() {}

  /**
   * The MAC of a port: QEMU's prefix, then three bytes that look random. Two jobs may get the same
   * one; the database then takes the next one that is free.
   *
   * @param position of the port, from 0
   */
  public static String of(UUID job, int position) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((job + "/" + position).getBytes(StandardCharsets.US_ASCII));
      return "52:54:00:%02x:%02x:%02x".formatted(hash[0], hash[1], hash[2]);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has SHA-256
    }
  }
}
