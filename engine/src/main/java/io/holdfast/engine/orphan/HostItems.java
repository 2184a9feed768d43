package io.holdfast.engine.orphan;

import io.holdfast.engine.db.CensusItemRow;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The hosts' side of the comparison: one host's last census. */
public record HostItems(UUID id, String name, Instant takenAt, List<CensusItemRow> items) {}
