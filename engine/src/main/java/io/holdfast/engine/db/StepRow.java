package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.StepState;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/** One step of a job, in the order of {@code position} (from 0). */
public record StepRow(
    UUID jobId,
    int position,
    String name,
    StepState state,
    int attempt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String detail,
    @Json @Nullable JobFailure error) {}
