package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobKind;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a resource: the job that works on it, seen from the resource.
 *
 * @param aliveAt when the job's run was last heard of; null before its first word
 */
public record LeaseRow(
    UUID jobId,
    JobKind kind,
    TargetType targetType,
    UUID targetId,
    String targetName,
    String submittedBy,
    Instant createdAt,
    @Nullable Instant aliveAt,
    long generation) {}
