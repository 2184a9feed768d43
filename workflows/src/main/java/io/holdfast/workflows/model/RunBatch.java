package io.holdfast.workflows.model;

import java.util.List;

/**
 * Instances of a tier with which a run does the same.
 *
 * @param parallel how many at once, at least 1
 */
public record RunBatch(JobId run, MemberWork work, int parallel, List<RunMember> members) {
  public RunBatch {
    members = List.copyOf(members);
  }
}
