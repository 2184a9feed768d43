package io.holdfast.workflows.model;

/** How long one step of several took that ran in one call. */
public record StepTime(String step, long millis) {}
