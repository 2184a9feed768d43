package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.ChildEnd;
import io.holdfast.workflows.model.CommandOrder;
import io.holdfast.workflows.model.FenceOrder;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.GuestScreen;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.ProbeResult;
import io.holdfast.workflows.model.ProbeSpec;
import io.holdfast.workflows.model.ProofKind;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.activity.ActivityInterface;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs of recovery plans in the ledger. Local activities of the engine: one transaction each, and
 * each may run twice with the same result. A run has the id of its job; what it does to an instance
 * is a job of its own, whose workflow is a child of the run's.
 */
@ActivityInterface
public interface RecoveryLedgerActivities {
  /**
   * Pins points, hosts and networks of the run, and makes the isolated networks of a test; a second
   * call answers with what was pinned. Fails with RECOVERY_REFUSED, a line for each refusal.
   */
  RunOrder planRun(JobId run);

  /** What was pinned of a run; nothing when it was not. */
  RunOrder pinnedRun(JobId run);

  /** As {@link #pinnedRun}, of the test that a cleanup's job removes. */
  RunOrder cleanupOrder(JobId cleanup);

  /**
   * The job that makes an instance of a protected one's point: the one that is open, or a new one.
   * Null when there is nothing to do, since the instance was recovered before. Fails with
   * TARGET_BUSY while the lease of the open one is being released.
   */
  @Nullable JobRequest beginPromotion(JobId run, InstanceId source);

  /**
   * The job that deletes what the run made of a protected instance: the one that is open, or a new
   * one. Null when nothing is there. A promotion that nobody took up is ended first. Fails with
   * TARGET_BUSY while one that goes on is being undone, or a job of somebody else works on it.
   */
  @Nullable JobRequest beginRemoval(JobId run, InstanceId source);

  /** How such a job has ended, as it says itself; what failed is noted with the run. */
  ChildEnd childEnd(JobId child);

  /** Ends a job that nobody took up, and cancels one that goes on; one that ended is no error. */
  void abandonChild(JobId child);

  /**
   * Notes that a planned run may not recover an instance any more, however often it is tried: its
   * guest ran again after its last point, and the run has switched it off.
   */
  void refuseStarted(JobId promotion, JobFailure why);

  /** Notes that a run goes on without an instance. */
  void recordSkipped(JobId run, InstanceId source, JobFailure why);

  /**
   * Of a promotion that is to stay: takes the source's ownership away under a higher epoch, before
   * anything is started elsewhere, and says what proves already that it does not run. A second call
   * answers with the same epoch.
   */
  FenceOrder fenceSource(JobId promotion);

  /**
   * Records a proof that was found.
   *
   * @param by the host
   * @return the proof, for people
   */
  String recordProof(JobId promotion, ProofKind proof, String by, String words);

  /** Of a promotion that is undone: gives the source back, under a yet higher epoch. */
  void returnSource(JobId promotion);

  /** The questions to the new instance, with its addresses. */
  List<ProbeSpec> probes(JobId promotion, InstanceId instance);

  /** Ends a promotion: the new instance is there, and owns the source's role when it is to stay. */
  void completePromotion(
      JobId promotion,
      InstanceId instance,
      GuestReport guest,
      List<ProbeResult> probes,
      String console,
      GuestScreen screen,
      List<StepUpdate> updates);

  /**
   * A plan's command, for the guest that the run has made, or an earlier one that stays. Null when
   * the run went on without the instance; fails with RECOVERY_REFUSED when it is not there.
   *
   * @param step its name in the plan
   */
  @Nullable CommandOrder stepCommand(JobId run, String step);

  /**
   * After a census of each of its hosts: removes the isolated networks of the run. Fails with
   * TEST_NOT_REMOVED while hosts or ledger have anything of it, a line for each thing.
   */
  void requireTestRemoved(JobId run);

  void completeRun(JobId run, List<StepUpdate> updates);

  void completeCleanup(JobId cleanup, List<StepUpdate> updates);
}
