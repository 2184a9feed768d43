package io.holdfast.workflows.replication;

import io.holdfast.workflows.activity.BackupActivities;
import io.holdfast.workflows.activity.ProtectionLedgerActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.model.GroupRemains;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.RoundMember;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.StoredReplica;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.temporal.workflow.Workflow;
import java.util.List;

/**
 * Protection group: any state -> DISSOLVED, its recovery points stay; or -> gone with all of them.
 * What is deleted cannot come back, so a delete that failed is run again, and each step takes
 * "already gone" for done.
 */
public final class DeleteGroupWorkflowImpl implements DeleteGroupWorkflow {
  private final ProtectionLedgerActivities ledger =
      Profiles.inventory(ProtectionLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> delete(saga, request));
  }

  private void delete(Saga saga, JobRequest request) {
    GroupRemains remains = ledger.groupRemains(request.job(), request.protectionGroup());
    saga.stepForGood(
        Steps.CLOSE_BACKUPS, () -> remains.checkpoints().forEach(DeleteGroupWorkflowImpl::close));
    saga.stepForGood(Steps.PURGE_POINTS, () -> purge(request, remains));
    saga.complete(
        Steps.RELEASE,
        steps -> ledger.completeDeleteGroup(request.job(), request.protectionGroup(), steps));
  }

  /** First all but the newest one's, which nobody closed, then that. */
  private static void close(RoundMember member) {
    BackupActivities host = Profiles.libvirtShort(BackupActivities.class, member.source().id());
    if (isInPortions()) {
      host.closeBackup(member.backup(), true);
    }
    host.closeBackup(member.backup(), false);
  }

  /** What is gone is recorded as it goes, so that a run that is lost on the way has done some. */
  private void purge(JobRequest request, GroupRemains remains) {
    if (!isInPortions()) {
      remains.replicas().forEach(DeleteGroupWorkflowImpl::delete);
      return;
    }
    List<StoredReplica> left;
    do {
      left = ledger.leftReplicas(request.job(), request.protectionGroup());
      left.forEach(DeleteGroupWorkflowImpl::delete);
      ledger.recordPurged(left);
    } while (!left.isEmpty());
  }

  private static void delete(StoredReplica one) {
    Replicas.delete(Profiles.storageCopy(ReplicaActivities.class, one.host().id()), one);
  }

  /** A run that an older engine began replays as it was. */
  private static boolean isInPortions() {
    return Workflow.getVersion("remains-in-portions", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }
}
