package io.holdfast.workflows.model;

import java.util.List;

/**
 * Instances that are recovered together, after those of all tiers before.
 *
 * @param parallel how many at once, at least 1
 */
public record RunTier(String name, int parallel, List<RunMember> members) {}
