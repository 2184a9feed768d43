package io.holdfast.workflows.replication;

import io.holdfast.workflows.activity.BackupActivities;
import io.holdfast.workflows.activity.ProtectionLedgerActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.model.GroupRemains;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

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
        Steps.CLOSE_BACKUPS,
        () ->
            remains
                .checkpoints()
                .forEach(
                    member ->
                        Profiles.libvirtShort(BackupActivities.class, member.source().id())
                            .closeBackup(member.backup(), false)));
    saga.stepForGood(
        Steps.PURGE_POINTS,
        () ->
            remains
                .replicas()
                .forEach(
                    one ->
                        Replicas.delete(
                            Profiles.storageCopy(ReplicaActivities.class, one.host().id()), one)));
    saga.complete(
        Steps.RELEASE,
        steps -> ledger.completeDeleteGroup(request.job(), request.protectionGroup(), steps));
  }
}
