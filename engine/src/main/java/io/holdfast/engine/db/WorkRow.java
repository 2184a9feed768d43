package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job as far as it tells what somebody works on, or worked on a moment ago. */
public record WorkRow(
    UUID id, TargetType targetType, UUID targetId, JobState state, @Nullable Instant endedAt) {}
