package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.KeptDisk;
import io.holdfast.workflows.model.OldDisks;
import io.holdfast.workflows.model.PlacedAdoption;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.ReversalOrder;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.StoredReplica;
import io.temporal.activity.ActivityInterface;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The turn of a recovery plan's direction in the ledger. Local activities of the engine: one
 * transaction each, and each may run twice with the same result.
 */
@ActivityInterface
public interface ReversalLedgerActivities {
  /**
   * Pins what is turned; a second call answers with what was pinned. Fails with RECOVERY_REFUSED, a
   * line for each refusal.
   */
  ReversalOrder planReversal(JobId run);

  /**
   * After the old site's hosts were asked: fails with RECOVERY_REFUSED while one of the old copies
   * is not off.
   */
  void requireCopiesOff(JobId run);

  /**
   * Makes the point that keeps what the old site has, in each group, and says where each disk goes:
   * to where the replicas of the instance are, from the newest of these on.
   */
  List<RoundDisk> planKept(JobId run, List<OldDisks> disks);

  /**
   * The points are whole: they are AVAILABLE, and held when they have what nothing else has; what
   * that is is listed with the run.
   */
  void recordKept(JobId run, List<KeptDisk> disks);

  /** The replicas that these points have or may have. */
  List<StoredReplica> keptReplicas(JobId run);

  /** Forgets these points; none is no error. Their replicas are gone by then. */
  void dropKept(JobId run);

  /**
   * The old disks as replicas of what took over from them: what a first round at the old site
   * starts from.
   */
  List<PlacedAdoption> adoptions(JobId run);

  /**
   * Turns groups and plan in one transaction: what took over is protected, the old site is where
   * its replicas go. The groups stay paused. Fails with RECOVERY_REFUSED when plan or groups have
   * changed since they were pinned.
   */
  void reverse(JobId run);

  /** Takes {@link #reverse} back; what was not turned is no error. */
  void turnBack(JobId run);

  /**
   * The first round of a turned group: the one that is open, or a new one. Null when it was made.
   */
  @Nullable JobRequest beginFirstRound(JobId run, ProtectionGroupId group);

  /**
   * True when every turned group has a point at the old site that has all of its instances and may
   * be recovered from.
   */
  boolean isProtected(JobId run);

  /** True when a turned group has any such point. */
  boolean hasNewPoint(JobId run);

  /**
   * The job that removes an old copy: the one that is open, or a new one. Null when it is gone, and
   * when it has snapshots or volumes, which somebody may want.
   */
  @Nullable JobRequest beginRelease(JobId run, InstanceId source);

  /** Ends the run; rounds of the turned groups begin by themselves again. */
  void completeReversal(JobId run, List<StepUpdate> updates);
}
