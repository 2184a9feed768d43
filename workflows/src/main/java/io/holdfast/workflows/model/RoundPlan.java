package io.holdfast.workflows.model;

import java.util.List;

/**
 * What a round of replication works on.
 *
 * @param point that the round makes
 * @param consistency of what it shows
 * @param departed instances of the last point that are not in the group any more, but still there:
 *     their checkpoints go
 * @param sealed by an earlier run of the job, which was lost: nothing is left to be sent
 */
public record RoundPlan(
    RecoveryPointId point,
    Consistency consistency,
    List<RoundMember> members,
    List<RoundMember> departed,
    boolean sealed) {}
