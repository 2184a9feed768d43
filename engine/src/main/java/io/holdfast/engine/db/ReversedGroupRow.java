package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A protection group whose direction a run turns.
 *
 * @param pointId the point that keeps what the old site had
 * @param fromSite where its replicas went until now
 * @param toSite the old site, where they go from now on
 * @param wasPaused what a turn back restores, as {@code wasSince} and {@code wasAfter}
 * @param reversedAt null before that, and when it was turned back
 */
public record ReversedGroupRow(
    UUID runId,
    UUID groupId,
    String groupName,
    UUID pointId,
    UUID fromSite,
    UUID toSite,
    boolean wasPaused,
    @Nullable Instant wasSince,
    long wasAfter,
    @Nullable Instant reversedAt) {}
