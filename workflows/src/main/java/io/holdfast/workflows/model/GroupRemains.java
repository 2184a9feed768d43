package io.holdfast.workflows.model;

import java.util.List;

/**
 * What a protection group that is deleted leaves on hosts.
 *
 * @param checkpoints of its instances, at their sources
 * @param replicas empty when they are to stay
 */
public record GroupRemains(List<RoundMember> checkpoints, List<StoredReplica> replicas) {}
