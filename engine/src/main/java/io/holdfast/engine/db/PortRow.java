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
    UUID instanceId, int position, UUID networkId, String mac, @Nullable String ipv4) {}
