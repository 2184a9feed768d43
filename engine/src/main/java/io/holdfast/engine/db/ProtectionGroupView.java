package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/**
 * A protection group with what the API says of it besides.
 *
 * @param activeJobId the job that works on it, or null
 * @param restorableAt the moment that its newest AVAILABLE point shows, or null
 * @param restorablePoint that point
 * @param comparing true when the round that runs compares a disk by hash
 * @param lastRound the last round that ended, and {@code lastRoundState} how; null before the first
 * @param leftBehind true when a recovery has paused the group, and some of it have no successor
 */
public record ProtectionGroupView(
    @Nested ProtectionGroupRow group,
    String siteName,
    @Nullable UUID activeJobId,
    @Nullable JobKind activeJobKind,
    @Nullable JobState activeJobState,
    @Nullable Instant restorableAt,
    @Nullable UUID restorablePoint,
    boolean comparing,
    @Nullable UUID lastRound,
    @Nullable JobState lastRoundState,
    boolean leftBehind) {}
