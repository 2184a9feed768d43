package io.holdfast.activities.network;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;

/**
 * An IPv4 network.
 *
 * @param base its own address as a number
 * @param prefix bits, 8 to 30
 */
record Cidr(long base, int prefix) {
  static Cidr parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length == 2 && parts[1].matches("\\d{1,2}")) {
      int prefix = Integer.parseInt(parts[1]);
      String[] bytes = parts[0].split("\\.", -1);
      if (bytes.length == 4 && prefix >= 8 && prefix <= 30) {
        long address = 0;
        for (String each : bytes) {
          address = address << 8 | Integer.parseInt(each);
        }
        return new Cidr(address >> (32 - prefix) << (32 - prefix), prefix);
      }
    }
    throw Failures.of(FailureType.INTERNAL, "No IPv4 network of /8 to /30: " + text);
  }

  /** The first address: the host's own. */
  String gateway() {
    return dotted(base + 1);
  }

  String firstGuest() {
    return dotted(base + 2);
  }

  /** The last address before the broadcast's. */
  String lastGuest() {
    return dotted(base + (1L << (32 - prefix)) - 2);
  }

  private static String dotted(long address) {
    return (address >> 24 & 255)
        + "."
        + (address >> 16 & 255)
        + "."
        + (address >> 8 & 255)
        + "."
        + (address & 255);
  }
}
