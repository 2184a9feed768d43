package io.holdfast.engine.db;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A nic of an instance.
 *
 * @param position from 0
 * @param mac lower case, 52:54:00:xx:xx:xx
 * @param ipv4 null until it was reserved
 */
public record PortRow(
    UUID instanceId, int position, UUID networkId, String mac, @Nullable String ipv4) {
  /** With the MAC that follows, round the end of the last three bytes. */
  PortRow withNextMac() {
    int serial = Integer.parseInt(mac.substring(9).replace(":", ""), 16) + 1;
    String next =
        "%s%02x:%02x:%02x"
            .formatted(mac.substring(0, 9), serial >> 16 & 0xff, serial >> 8 & 0xff, serial & 0xff);
    return new PortRow(instanceId, position, networkId, next, ipv4);
  }
}
