package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.GroupRemains;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.OpenedMember;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.RoundPlan;
import io.holdfast.workflows.model.SealedDisk;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.StoredReplica;
import io.holdfast.workflows.model.VerifiedDisk;
import io.temporal.activity.ActivityInterface;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Protection groups and recovery points, by the rules of {@link LedgerActivities}: local
 * activities, one transaction each, and each may run twice.
 */
@ActivityInterface
public interface ProtectionLedgerActivities {
  /** So many replicas at most are in one answer: Temporal takes no larger ones than 2 MiB. */
  int PORTION = 200;

  /**
   * The first replicas that nobody wants any more, on hosts that answer. Half made points of runs
   * that are over are among them: whoever holds the group knows that no run works on them.
   *
   * @param failing hosts that remove nothing now; null of runs that an older engine began
   */
  List<StoredReplica> retiredReplicas(
      JobId job, ProtectionGroupId group, @Nullable List<HostId> failing);

  /** The replicas are gone; a point that has none left is PURGED. */
  void recordPurged(List<StoredReplica> replicas);

  /**
   * Chooses a host and a pool at the target site for each instance, claims the room, and makes the
   * point STAGING; a second call answers with the first one's. An instance that a recovery has
   * taken, or is taking, is left out, and so is one whose move has left it undecided where it is.
   * Fails with NO_CAPACITY (one line for each refused host), NOT_FOUND when no instance is left in
   * the group, or the point of an earlier run of the job was given up, or shows an instance that
   * would be left out now.
   */
  RoundPlan planRound(JobId job, ProtectionGroupId group);

  /**
   * Removes the job's point, or retires it when it may have replicas. None is no error, and one
   * that is AVAILABLE stays.
   */
  void dropPoint(JobId job);

  /**
   * Fails with NOT_FOUND when a recovery has taken an instance of the point, or is taking it, or a
   * move has left it undecided where it is.
   */
  void requireOwned(JobId job, RecoveryPointId point);

  /**
   * True when no job works on any of them, and none has left it undecided where one is: none moves,
   * none has a snapshot taken.
   */
  boolean areIdle(List<InstanceId> instances);

  /**
   * Finds the base of each disk that the backups show, and writes down why it has one or has none.
   * A second call answers with the first one's choice, and writes the moment anew: the views may
   * have been opened anew. Fails as {@link #requireOwned} does.
   *
   * @param takenAtMillis no later than the moment that the backups show
   * @param windowMillis for which the guests stood still together; 0 when none had to
   */
  List<RoundDisk> planDisks(
      JobId job,
      RecoveryPointId point,
      List<OpenedMember> opened,
      long takenAtMillis,
      long windowMillis);

  /**
   * The target refused the base of this disk: the base's point is BROKEN, and the disk gets the
   * newest other one that will do, to be compared by hash, or none.
   */
  RoundDisk replaceBase(JobId job, RoundDisk refused, String why);

  /** All replicas are proven: the point is SEALED. Answers with their number. */
  int recordSealed(JobId job, RecoveryPointId point, List<SealedDisk> disks);

  /**
   * The whole point becomes AVAILABLE, and what retention does not keep RETIRED. Fails with
   * NOT_FOUND when a recovery has taken an instance of the point, or is taking it.
   */
  void recordAvailable(JobId job, RecoveryPointId point);

  void completeRound(JobId job, RecoveryPointId point, List<StepUpdate> updates);

  /** Fails with NOT_FOUND when the point has none any more. */
  List<StoredReplica> pointReplicas(RecoveryPointId point);

  /**
   * What the disks of an instance that the job makes start as; the instance has its place. Fails
   * with REPLICA_BROKEN when one was found broken since the job was accepted, NOT_FOUND.
   */
  List<ReplicaClone> replicaClones(JobId job, InstanceId instance);

  /** A point with a replica that is not what was sealed becomes BROKEN; one without, AVAILABLE. */
  void completeVerification(
      JobId job, RecoveryPointId point, List<VerifiedDisk> disks, List<StepUpdate> updates);

  /** A group that is gone has no remains. Its replicas are asked for apart. */
  GroupRemains groupRemains(JobId job, ProtectionGroupId group);

  /**
   * The first replicas of the group that go with it: all, or those that nobody wants any more. None
   * of them is offered for recovery from here on.
   */
  List<StoredReplica> leftReplicas(JobId job, ProtectionGroupId group);

  /** Removes the group; one whose points stay is kept as DISSOLVED. */
  void completeDeleteGroup(JobId job, ProtectionGroupId group, List<StepUpdate> updates);
}
