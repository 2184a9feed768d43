package io.holdfast.workflows.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a job that did not succeed ended.
 *
 * @param undone true only when every undo was carried out
 * @param leftovers what could not be undone, one line each
 */
public record JobOutcome(
    JobState state, @Nullable JobFailure failure, boolean undone, List<String> leftovers) {}
