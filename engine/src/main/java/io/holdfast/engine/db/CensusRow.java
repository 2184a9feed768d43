package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;

/**
 * A host's last census.
 *
 * @param takenAt when it began
 */
public record CensusRow(UUID hostId, Instant takenAt, String digest) {}
