package io.holdfast.workflows.replication;

import io.holdfast.workflows.activity.ProtectionLedgerActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.RoundPlan;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.StoredReplica;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Skip;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One round: a new recovery point, STAGING -> SEALED -> AVAILABLE. Changes the ledger, the hosts of
 * the group's instances (a view and a checkpoint) and hosts at the target site (replicas). An
 * unwind leaves no view, no checkpoint, no replica and no point of this round; the points before it
 * are never written to.
 *
 * <p>What an earlier run of the job has sealed before it was lost is not sent again: it is
 * published.
 *
 * <p>From the moment that the point is AVAILABLE it is there for good, whatever becomes of the job:
 * the source may be lost at that very moment, which is what the point is for. So the views, which
 * only the source has, are closed afterwards.
 */
public final class ReplicateGroupWorkflowImpl implements ReplicateGroupWorkflow {
  /** More than a round makes; the rest goes with the next ones, and no history grows too long. */
  private static final int PORTIONS = 10;

  private final ProtectionLedgerActivities ledger =
      Profiles.inventory(ProtectionLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> replicate(saga, request));
  }

  private void replicate(Saga saga, JobRequest request) {
    // what earlier rounds have left; first of all, since it makes room
    purge(saga, Steps.PURGE_POINTS, request);

    RoundPlan plan =
        saga.step(
                Steps.PLAN_ROUND,
                () -> ledger.dropPoint(request.job()),
                () ->
                    Ending.ofLedger(
                        () -> ledger.planRound(request.job(), request.protectionGroup())))
            .orEnd();
    Backups backups = new Backups(plan);
    List<RoundDisk> disks =
        saga.step(
                Steps.OPEN_BACKUPS,
                backups::undoOpen,
                () ->
                    Ending.of(
                        () ->
                            plan.sealed()
                                ? List.<RoundDisk>of()
                                : backups.open(ledger, request.job())))
            .orEnd();
    Streams streams = new Streams(disks);
    saga.step(
        Steps.OPEN_REPLICAS,
        () -> streams.undoOpen(backups.published()),
        () -> streams.open(ledger, request.job()));
    // not undone: what is sent goes with its replica
    saga.stepWithoutUndo(Steps.SEND_DISKS, () -> Ending.of(() -> send(saga, streams))).orEnd();
    saga.stepWithoutUndo(
        Steps.SEAL_REPLICAS,
        () -> ledger.recordSealed(request.job(), plan.point(), streams.seal()));
    // not undone: what is there to recover from stays
    saga.stepWithoutUndo(
            Steps.PUBLISH, () -> Ending.ofLedger(() -> publish(request, plan, backups)))
        .orEnd();
    saga.stepForGood(Steps.CLOSE_BACKUPS, backups::close);
    if (Workflow.getVersion("purge-retired", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION) {
      // what this one's point has retired; the next round would wait for it with its views open
      purge(saga, Steps.PURGE_RETIRED, request);
    }
    saga.complete(
        Steps.RECORD_ROUND, steps -> ledger.completeRound(request.job(), plan.point(), steps));
  }

  /** Not undone: nobody wants these any more. */
  private void purge(Saga saga, String step, JobRequest request) {
    saga.stepWithoutUndo(step, () -> purge(saga, request), new Skip<>(() -> 0));
  }

  private static Integer send(Saga saga, Streams streams) {
    streams.send();
    saga.detail(streams.sent());
    return streams.size();
  }

  /** From here on there is no way back, and a cancel comes too late. */
  private boolean publish(JobRequest request, RoundPlan plan, Backups backups) {
    Workflow.newDetachedCancellationScope(
            () -> {
              ledger.recordAvailable(request.job(), plan.point());
              backups.publish();
            })
        .run();
    return backups.published();
  }

  /** What cannot be removed now keeps no round from its point: the next one tries it again. */
  private int purge(Saga saga, JobRequest request) {
    Map<HostId, String> failing = new LinkedHashMap<>();
    int gone = 0;
    for (int i = 0; i < PORTIONS; i++) {
      List<StoredReplica> retired =
          ledger.retiredReplicas(
              request.job(), request.protectionGroup(), List.copyOf(failing.keySet()));
      List<StoredReplica> purged = purge(retired, failing);
      ledger.recordPurged(purged);
      gone += purged.size();
      if (retired.size() < ProtectionLedgerActivities.PORTION || !isInPortions()) {
        break;
      }
    }
    if (!failing.isEmpty()) {
      saga.detail("left for the next round; " + String.join("; ", failing.values()));
    }
    return gone;
  }

  private static List<StoredReplica> purge(
      List<StoredReplica> retired, Map<HostId, String> failing) {
    List<StoredReplica> gone = new ArrayList<>();
    for (StoredReplica one : retired) {
      HostId host = one.host().id();
      if (failing.containsKey(host)) {
        continue;
      }
      try {
        Replicas.delete(Profiles.storageCopy(ReplicaActivities.class, host), one);
        gone.add(one);
      } catch (ActivityFailure failure) {
        if (Failures.isCancelled(failure) || !isLeft()) {
          throw failure;
        }
        failing.put(host, one.host().name() + ": " + Failures.describe(failure).message());
      }
    }
    return gone;
  }

  private static boolean isInPortions() {
    return Workflow.getVersion("purge-in-portions", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }

  /** A run that an older engine began replays as it was. */
  private static boolean isLeft() {
    return Workflow.getVersion("purge-left", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }
}
