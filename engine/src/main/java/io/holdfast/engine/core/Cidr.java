package io.holdfast.engine.core;

import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;

/** Judges the addresses of a network, in the form a.b.c.d/n. */
final class Cidr {
  private static final int SHORTEST_PREFIX = 16;
  private static final int LONGEST_PREFIX = 29;

  private Cidr() {}

  /** Throws INVALID_FIELD for the field {@code cidr}. */
  static void check(String cidr) {
    String[] parts = cidr.split("[./]", -1);
    long address = 0;
    for (int i = 0; i < 4; i++) {
      int octet = Integer.parseInt(parts[i]);
      if (octet > 255 || !parts[i].equals(Integer.toString(octet))) {
        throw invalid("'" + parts[i] + "' is no part of an IPv4 address");
      }
      address = address << 8 | octet;
    }
    int prefix = Integer.parseInt(parts[4]);
    if (prefix < SHORTEST_PREFIX || prefix > LONGEST_PREFIX) {
      throw invalid(
          "must have a prefix of %d to %d bits".formatted(SHORTEST_PREFIX, LONGEST_PREFIX));
    }
    if ((address & (1L << (32 - prefix)) - 1) != 0) {
      throw invalid("has bits behind its prefix");
    }
    int first = (int) (address >> 24);
    if (first == 0 || first == 127 || first >= 224 || (address >> 16) == (169 << 8 | 254)) {
      throw invalid("is no range for hosts");
    }
  }

  private static ProblemException invalid(String reason) {
    return ProblemException.ofField(ProblemCode.INVALID_FIELD, "cidr", "cidr " + reason);
  }
}
