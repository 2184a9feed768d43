package io.holdfast.engine.db;

import io.holdfast.workflows.model.CensusItem;
import io.holdfast.workflows.model.CensusKind;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One thing of ours on a host; see {@link CensusItem}. */
public record CensusItemRow(
    UUID hostId,
    CensusKind kind,
    String place,
    String name,
    UUID ownerId,
    @Nullable UUID taggedJob,
    long bytes,
    String detail,
    @Nullable String cidr,
    Instant firstSeenAt) {
  public static CensusItemRow of(UUID hostId, CensusItem item, Instant at) {
    return new CensusItemRow(
        hostId,
        item.kind(),
        item.place(),
        item.name(),
        item.owner(),
        item.job(),
        item.bytes(),
        item.detail(),
        item.cidr(),
        at);
  }

  public CensusItem item() {
    return new CensusItem(kind, name, place, ownerId, taggedJob, bytes, detail, cidr);
  }
}
