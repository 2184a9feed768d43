package io.holdfast.workflows.model;

import java.util.List;

/**
 * A command that a guest's agent runs.
 *
 * @param command program and arguments
 * @param delivery the same whenever the command is begun again for the same step; the command sees
 *     it as {@code HOLDFAST_DELIVERY}
 * @param timeoutSeconds from the wait for the agent to the end of the command
 */
public record GuestCommand(
    InstanceId instance, List<String> command, String delivery, int timeoutSeconds) {}
