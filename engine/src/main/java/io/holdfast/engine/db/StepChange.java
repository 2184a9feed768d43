package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.StepState;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a step, whatever it was.
 *
 * @param startedAt kept only by a step that had not started
 * @param changedAt workflow time of the change
 * @param keepsDetail true: {@code detail} stays what it was
 * @param keepsError true: {@code error} stays what it was
 */
public record StepChange(
    UUID jobId,
    String name,
    StepState state,
    int attempt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    Instant changedAt,
    @Nullable String detail,
    boolean keepsDetail,
    @Json @Nullable JobFailure error,
    boolean keepsError) {}
