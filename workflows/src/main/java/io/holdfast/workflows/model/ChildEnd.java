package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * How a job that another job waits for has ended.
 *
 * @param over false while it goes on
 * @param failure null when it succeeded, or goes on
 */
public record ChildEnd(boolean over, @Nullable JobFailure failure) {}
