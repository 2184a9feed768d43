package io.holdfast.workflows.model;

import java.util.List;

/**
 * What a protection group that is deleted leaves on hosts.
 *
 * @param checkpoints of its instances, at their sources; those of older points go with them
 * @param replicas of runs that an older engine began, which were told of all at once
 */
public record GroupRemains(List<RoundMember> checkpoints, List<StoredReplica> replicas) {}
