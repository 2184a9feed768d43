package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.StepState;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * One step of a job, in the order of {@code position} (from 0).
 *
 * @param startedAt when it first ran
 * @param changedAt workflow time of the last change
 */
public record StepRow(
    UUID jobId,
    int position,
    String name,
    StepState state,
    int attempt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Instant changedAt,
    @Nullable String detail,
    @Json @Nullable JobFailure error) {}
