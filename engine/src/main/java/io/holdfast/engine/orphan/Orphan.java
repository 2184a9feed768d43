package io.holdfast.engine.orphan;

import io.holdfast.workflows.model.CensusItem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a host has and the ledger does not, or the other way round.
 *
 * @param id of this thing in this place: the same in every list
 * @param kind DOMAIN, VOLUMES, VOLUME, IMAGE, NETWORK, RESERVATION, SNAPSHOT, REPLICA; CLAIM is the
 *     ledger's own
 * @param why in words
 * @param adoptable true when an instance can be made of it
 * @param kept why it cannot be deleted here, or null
 */
public record Orphan(
    UUID id,
    String kind,
    UUID hostId,
    String host,
    CensusItem item,
    String why,
    boolean adoptable,
    @Nullable String kept,
    Instant firstSeenAt,
    Instant censusAt) {
  static UUID id(UUID host, String kind, String place, String name) {
    String words = String.join(" ", "orphan", host.toString(), kind, place, name);
    return UUID.nameUUIDFromBytes(words.getBytes(StandardCharsets.UTF_8));
  }
}
