package io.holdfast.workflows.model;

import java.util.List;

/**
 * Instances that are recovered together, after those of all tiers before.
 *
 * @param parallel how many at once, at least 1
 * @param before what is done before the first of them, in order
 * @param after what is done once all of them are recovered, in order
 */
public record RunTier(
    String name, int parallel, List<RunMember> members, List<RunStep> before, List<RunStep> after) {
  /** A run that began before there were such steps has none. */
  public RunTier {
    before = before == null ? List.of() : List.copyOf(before);
    after = after == null ? List.of() : List.copyOf(after);
  }
}
