package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * How far the move of an instance is.
 *
 * @param over true when its job has ended
 * @param asks true while its job waits for a person
 * @param failure why it failed, or what it asks about; null when it goes on or has succeeded
 */
public record MoveState(boolean over, boolean asks, @Nullable JobFailure failure) {}
