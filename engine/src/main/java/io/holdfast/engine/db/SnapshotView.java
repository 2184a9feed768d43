package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobKind;
import java.util.UUID;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot with what the API says of it besides.
 *
 * @param instanceThere false when the instance that it was taken of is gone
 * @param activeJobId the job that works on it, or null
 */
public record SnapshotView(
    @Nested SnapshotRow snapshot,
    String siteName,
    String hostName,
    boolean instanceThere,
    @Nullable UUID activeJobId,
    @Nullable JobKind activeJobKind) {}
