package io.holdfast.workflows.model;

/**
 * An instance that a run recovers.
 *
 * @param source the protected instance
 * @param name of the protected instance
 * @param attempts in all, at least 1
 */
public record RunMember(InstanceId source, String name, FailurePolicy policy, int attempts) {}
