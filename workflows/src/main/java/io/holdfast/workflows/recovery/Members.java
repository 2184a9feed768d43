package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.MoveLedgerActivities;
import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MemberWork;
import io.holdfast.workflows.model.RunBatch;
import io.holdfast.workflows.model.RunMember;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.RunTier;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.ChildWorkflowCancellationType;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a run does with the instances of a tier. Each takes some seven events of a history, which
 * may not grow without bound: the run of a small plan keeps them in its own, that of a larger one
 * has batches, one after the other, with a history each.
 */
final class Members {
  /** Of instances; a plan of as many is small. */
  static final int BATCH = 100;

  private static final Duration MADE_AGAIN_AFTER = Duration.ofSeconds(2);

  private final MemberJobs jobs;

  Members(RecoveryLedgerActivities ledger) {
    this(ledger, Profiles.inventory(MoveLedgerActivities.class));
  }

  Members(RecoveryLedgerActivities ledger, MoveLedgerActivities moves) {
    this.jobs = new MemberJobs(ledger, moves);
  }

  /**
   * Returns why instances failed, once nothing goes on any more; a cancel is thrown. A second call
   * goes on with what is missing.
   */
  List<JobFailure> all(RunOrder order, RunTier tier, MemberWork work) {
    List<RunMember> members = tier.members();
    if (order.tiers().stream().mapToInt(each -> each.members().size()).sum() <= BATCH) {
      return worstFirst(jobs.of(new RunBatch(order.run(), work, tier.parallel(), members)));
    }
    List<JobFailure> failures = new ArrayList<>();
    for (int from = 0; from < members.size(); from += BATCH) {
      List<RunMember> some = members.subList(from, Math.min(from + BATCH, members.size()));
      RunBatch batch = new RunBatch(order.run(), work, tier.parallel(), some);
      failures.addAll(apart(batch, id(order.run(), tier, work, from)));
    }
    return worstFirst(failures);
  }

  /** The first one decides what becomes of the step: it waits only when all that is left does. */
  private static List<JobFailure> worstFirst(List<JobFailure> failures) {
    return failures.stream()
        .sorted(Comparator.comparing(failure -> failure.type() == FailureType.TARGET_BUSY))
        .toList();
  }

  private static String id(JobId run, RunTier tier, MemberWork work, int from) {
    return "run-batch:%s:%s:%s:%d".formatted(run, tier.name(), work, from);
  }

  /**
   * Somebody may terminate it; its jobs then go on by themselves, and another one finds them. It
   * does not outlive the run, whose own successor makes batches of its own.
   */
  private static List<JobFailure> apart(RunBatch batch, String id) {
    while (true) {
      try {
        return Workflow.newChildWorkflowStub(
                RunBatchWorkflow.class,
                ChildWorkflowOptions.newBuilder()
                    .setWorkflowId(id)
                    .setWorkflowIdReusePolicy(
                        WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                    .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_TERMINATE)
                    .setCancellationType(ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED)
                    .build())
            .run(batch);
      } catch (ChildWorkflowFailure lost) {
        if (Failures.isCancelled(lost) && CancellationScope.current().isCancelRequested()) {
          throw lost;
        }
        Workflow.sleep(MADE_AGAIN_AFTER);
      }
    }
  }
}
