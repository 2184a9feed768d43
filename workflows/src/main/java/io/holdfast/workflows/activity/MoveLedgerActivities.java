package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.RunOrder;
import io.temporal.activity.ActivityInterface;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a planned migration does at the protected site before anything is recovered. Local
 * activities of the engine: one transaction each, and each may run twice with the same result.
 */
@ActivityInterface
public interface MoveLedgerActivities {
  /**
   * The job that shuts a protected instance down: the one that is open, or a new one. Null when it
   * is off. Notes whether it ran. Fails with HOST_UNREACHABLE while its host is silent, and nobody
   * knows.
   */
  @Nullable JobRequest beginShutdown(JobId run, InstanceId source);

  /**
   * The job that starts it again: the one that is open, or a new one. Null when it did not run
   * before, when another instance has taken over from it, and when it was started.
   */
  @Nullable JobRequest beginStart(JobId run, InstanceId source);

  /** The hosts that have the protected instances. */
  List<HostRef> sourceHosts(JobId run);

  /** Those of a host that ran before, have no successor, and were not started again yet. */
  List<InstanceId> toRunOn(JobId run, HostId host);

  /** The groups of the protected instances. */
  List<ProtectionGroupId> movedGroups(JobId run);

  /** The last round of a group: the one that is open, or a new one. Null when it was made. */
  @Nullable JobRequest beginLastRound(JobId run, ProtectionGroupId group);

  /**
   * Settles the run anew, by the points of its last rounds. Fails with RECOVERY_REFUSED when an
   * instance would start as anything else.
   */
  RunOrder chooseLast(JobId run);

  /**
   * Ends promotions of the run that nobody took up, and has those cancelled that go on. True once
   * all have ended.
   */
  boolean abandonPromotions(JobId run);

  /** True when an instance has taken over from one of the run's. */
  boolean hasRecovered(JobId run);
}
