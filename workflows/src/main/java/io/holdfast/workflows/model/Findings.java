package io.holdfast.workflows.model;

import java.util.List;

/**
 * What a host has of an instance.
 *
 * @param volumes names of files in its pool
 */
public record Findings(PowerState power, List<String> volumes) {}
