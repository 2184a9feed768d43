package io.holdfast.workflows.model;

/**
 * A probe that was green.
 *
 * @param millis from the first question to the right answer
 * @param seen the answer, for people
 */
public record ProbeResult(ProbeKind kind, String target, long millis, String seen) {}
