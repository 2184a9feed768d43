package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.RunKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which runs to list; null is any.
 *
 * @param plan id or name that it had when the run began, whether it is there or not
 * @param jobState of the run's job
 * @param since begun by then or later
 */
public record RunFilter(
    @Nullable String plan,
    @Nullable RunKind kind,
    @Nullable JobState jobState,
    @Nullable Instant since) {}
