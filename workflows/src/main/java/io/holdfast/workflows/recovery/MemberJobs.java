package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.MoveLedgerActivities;
import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.MemberWork;
import io.holdfast.workflows.model.RunBatch;
import io.holdfast.workflows.model.RunMember;
import io.holdfast.workflows.saga.Lanes;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Functions.Func;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The jobs by which a run works on its instances, so many at once. */
final class MemberJobs {
  private final RecoveryLedgerActivities ledger;
  private final MoveLedgerActivities moves;
  private final Children children;

  MemberJobs(RecoveryLedgerActivities ledger, MoveLedgerActivities moves) {
    this.ledger = ledger;
    this.moves = moves;
    this.children = new Children(ledger);
  }

  /** One that fails keeps no other from going on. Returns why; a cancel is thrown. */
  List<JobFailure> of(RunBatch batch) {
    List<TemporalFailure> failures =
        Lanes.run(
            batch.parallel(),
            batch.members(),
            member -> require(member, work(batch.run(), batch.work(), member)));
    failures.stream()
        .filter(Failures::isCancelled)
        .findFirst()
        .ifPresent(
            cancelled -> {
              throw cancelled;
            });
    return failures.stream().map(Failures::describe).toList();
  }

  private static void require(RunMember member, @Nullable JobFailure failure) {
    if (failure != null) {
      throw Failures.of(failure.type(), member.name() + ": " + failure.message(), failure.causes());
    }
  }

  private @Nullable JobFailure work(JobId run, MemberWork work, RunMember member) {
    InstanceId source = member.source();
    return switch (work) {
      case RECOVER -> recover(run, member);
      case REMOVE -> children.run(JobKind.DELETE_INSTANCE, () -> ledger.beginRemoval(run, source));
      case SHUT_DOWN ->
          unlessPaused(run, JobKind.POWER_INSTANCE, () -> moves.beginShutdown(run, source));
      case START -> unlessPaused(run, JobKind.POWER_INSTANCE, () -> moves.beginStart(run, source));
    };
  }

  private @Nullable JobFailure recover(JobId run, RunMember member) {
    JobFailure failure = attempt(run, member);
    for (int attempt = 1; failure != null && attempt < member.attempts(); attempt++) {
      if (failure.type() == FailureType.FENCING_PROOF_MISSING) {
        break; // only a person can give it
      }
      failure = attempt(run, member);
    }
    if (failure != null && member.policy() == FailurePolicy.SKIP) {
      ledger.recordSkipped(run, member.source(), failure);
      return null;
    }
    return failure;
  }

  private @Nullable JobFailure attempt(JobId run, RunMember member) {
    return unlessPaused(
        run, JobKind.PROMOTE_INSTANCE, () -> ledger.beginPromotion(run, member.source()));
  }

  private @Nullable JobFailure unlessPaused(
      JobId run, JobKind kind, Func<@Nullable JobRequest> begin) {
    return new Pause(run).unlessPaused(() -> children.run(kind, begin));
  }
}
