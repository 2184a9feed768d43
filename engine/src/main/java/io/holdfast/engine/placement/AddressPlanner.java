package io.holdfast.engine.placement;

import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Chooses IPv4 addresses. */
public final class AddressPlanner {
  private AddressPlanner() {}

  /**
   * The first address that nobody has. The network's own, the first host's (the gateway) and the
   * broadcast address are nobody's to have.
   *
   * @param cidr for example 10.90.0.0/24
   * @param taken addresses without a prefix length
   */
  public static Optional<String> firstFree(String cidr, Collection<String> taken) {
    int slash = cidr.indexOf('/');
    long network = parse(cidr.substring(0, slash));
    int prefix = Integer.parseInt(cidr.substring(slash + 1));
    long broadcast = network | (0xffffffffL >>> prefix);
    Set<Long> used = new HashSet<>();
    for (String address : taken) {
      used.add(parse(address));
    }
    for (long address = network + 2; address < broadcast; address++) {
      if (!used.contains(address)) {
        return Optional.of(format(address));
      }
    }
    return Optional.empty();
  }

  /** True for an address of the range that an instance can have; of no other text. */
  public static boolean isIn(String cidr, String address) {
    long value = parse(address);
    long network = network(cidr);
    return format(value).equals(address)
        && value >= network + 2
        && value < network + size(cidr) - 1;
  }

  /** The address at the same place of another range; empty when that has no such place. */
  public static Optional<String> inPlaceOf(String address, String cidr, String other) {
    String found = format(network(other) + parse(address) - network(cidr));
    return isIn(other, found) ? Optional.of(found) : Optional.empty();
  }

  private static long network(String cidr) {
    return parse(cidr.substring(0, cidr.indexOf('/')));
  }

  private static long size(String cidr) {
    return 1L << (32 - Integer.parseInt(cidr.substring(cidr.indexOf('/') + 1)));
  }

  private static long parse(String address) {
    long value = 0;
    for (String part : address.split("\\.", -1)) {
      value = value << 8 | Integer.parseInt(part);
    }
    return value;
  }

  private static String format(long address) {
    return "%d.%d.%d.%d"
        .formatted(address >> 24 & 0xff, address >> 16 & 0xff, address >> 8 & 0xff, address & 0xff);
  }
}
