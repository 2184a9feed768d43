package io.holdfast.workflows.replication;

import io.holdfast.workflows.activity.ProtectionLedgerActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.StoredReplica;
import io.holdfast.workflows.model.VerifiedDisk;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Together;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Workflow;
import java.util.List;

/**
 * Reads all replicas of a recovery point and compares them with what was sealed. Changes nothing
 * but the point's record: a point that is not what it was becomes BROKEN, and the job has then done
 * its work.
 */
public final class VerifyPointWorkflowImpl implements VerifyPointWorkflow {
  private final ProtectionLedgerActivities ledger =
      Profiles.inventory(ProtectionLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> verify(saga, request));
  }

  private void verify(Saga saga, JobRequest request) {
    List<VerifiedDisk> found =
        saga.stepWithoutUndo( // it only reads
            Steps.VERIFY_REPLICAS,
            () ->
                Together.all(
                    ledger.pointReplicas(request.recoveryPoint()).stream()
                        .map(one -> (Func<VerifiedDisk>) () -> verify(one))
                        .toList()));
    saga.complete(
        Steps.RECORD_VERDICT,
        steps -> ledger.completeVerification(request.job(), request.recoveryPoint(), found, steps));
  }

  private static VerifiedDisk verify(StoredReplica one) {
    ReplicaSpec replica = one.replica();
    try {
      String root =
          Profiles.stream(ReplicaActivities.class, one.host().id()).verifyReplica(replica).root();
      return new VerifiedDisk(replica.instance(), replica.disk(), root, null);
    } catch (TemporalFailure failure) {
      JobFailure cause = Failures.describe(failure);
      if (cause.type() != FailureType.REPLICA_BROKEN && !isUnreadable(cause)) {
        throw failure;
      }
      return new VerifiedDisk(replica.instance(), replica.disk(), null, words(cause));
    }
  }

  /** The host answers, and its pool has failed for as long as a stream is tried. */
  private static boolean isUnreadable(JobFailure cause) {
    return cause.type() == FailureType.STORAGE_FAILED
        && Workflow.getVersion("unreadable-is-broken", Workflow.DEFAULT_VERSION, 1)
            != Workflow.DEFAULT_VERSION;
  }

  private static String words(JobFailure cause) {
    return cause.causes().isEmpty()
        ? cause.message()
        : cause.message() + ": " + String.join("; ", cause.causes());
  }
}
