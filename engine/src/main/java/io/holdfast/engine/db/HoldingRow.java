package io.holdfast.engine.db;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger says that an instance has on a host.
 *
 * @param hostId null when it was never placed
 * @param claims true while capacity is reserved for it
 * @param networks of its ports, in order, as macs
 */
public record HoldingRow(
    UUID id,
    String name,
    @Nullable UUID hostId,
    @Nullable String pool,
    boolean claims,
    List<UUID> networks,
    List<String> macs) {}
