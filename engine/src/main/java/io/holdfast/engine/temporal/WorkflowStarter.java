package io.holdfast.engine.temporal;

import io.dropwizard.lifecycle.Managed;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.ledger.BegunSteps;
import io.holdfast.engine.ledger.PromotionSteps;
import io.holdfast.workflows.host.WatchHostWorkflow;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Queues;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the workflow of each accepted job exactly once, however often it is asked to. */
public final class WorkflowStarter implements Managed {
  private static final Logger LOGGER = LoggerFactory.getLogger(WorkflowStarter.class);
  private static final SearchAttributeKey<String> JOB_KIND =
      SearchAttributeKey.forKeyword("JobKind");
  private static final SearchAttributeKey<String> PROJECT_ID =
      SearchAttributeKey.forKeyword("ProjectId");
  private static final SearchAttributeKey<String> INSTANCE_ID =
      SearchAttributeKey.forKeyword("InstanceId");
  private static final SearchAttributeKey<String> HOST_ID = SearchAttributeKey.forKeyword("HostId");
  private static final int THREADS = 4;
  private static final int WAITING = 1000;

  /** Read at once. */
  private static final int DECISIONS = 500;

  private final WorkflowClient client;
  private final Database database;
  private final Clock clock;
  private final JobRuns runs;
  private final DecisionDelivery delivery;
  private final ThreadPoolExecutor soon;
  private volatile boolean attributesKnown = true;

  public WorkflowStarter(WorkflowClient client, Database database, Clock clock) {
    this.client = client;
    this.database = database;
    this.clock = clock;
    this.runs = new JobRuns(client);
    this.delivery = new DecisionDelivery(runs, database, clock, DECISIONS);
    // A job that finds the queue full stays in the outbox, and the sweeper starts it.
    this.soon =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(WAITING),
            Threads.daemons("dispatch"),
            new ThreadPoolExecutor.DiscardPolicy());
  }

  /**
   * Starts a job that was just committed, on another thread: no request waits for Temporal. When it
   * does not come to that, the sweeper does it. What takes it from the outbox is its run's first
   * write, or the sweeper, when that is not there within seconds: so it costs no transaction here.
   */
  public void dispatchSoon(JobRow job) {
    soon.execute(
        () -> {
          try {
            start(job, WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
          } catch (RuntimeException e) {
            LOGGER.debug("Job {} stays in the outbox: {}", job.id(), e.getMessage());
          }
        });
  }

  /** As {@link #dispatchSoon}, for a decision about a job. */
  public void deliverSoon(DecisionRow decision) {
    soon.execute(
        () -> {
          try {
            delivery.deliver(decision);
          } catch (RuntimeException e) {
            LOGGER.debug("Decision {} stays in the outbox: {}", decision.id(), e.getMessage());
          }
        });
  }

  /** Starts a job and takes it from the outbox; one that was started before counts as started. */
  public void start(JobRow job) {
    start(job, WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
    database.daos().jobs().markDispatched(job.id(), clock.instant());
  }

  /** Starts a job whose run was lost; see {@link LostRuns}. A run that goes on is left alone. */
  void startAgain(JobRow job) {
    start(job, WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE);
  }

  private void start(JobRow job, WorkflowIdReusePolicy afterItsEnd) {
    JobId id = new JobId(job.id());
    WorkflowOptions options =
        WorkflowOptions.newBuilder()
            .setWorkflowId(job.kind().workflowId(id))
            .setWorkflowIdReusePolicy(afterItsEnd)
            .setTaskQueue(Queues.CONTROL)
            .setDisableEagerExecution(false) // this engine's own worker takes it, when it has room
            .build();
    try {
      JobRequest request =
          new JobRequest(
              id,
              job.targetId(),
              job.policy(),
              job.generation(),
              beside(job),
              PromotionSteps.of(database.daos(), job),
              BegunSteps.of(database.daos(), job));
      startWithAttributes(job, options, request);
    } catch (WorkflowExecutionAlreadyStarted started) {
      LOGGER.debug("Job {} was started before", id);
    }
  }

  /** Nothing stands beside an instance, which most jobs are about, unless it moves. */
  private List<UUID> beside(JobRow job) {
    return job.targetType() == TargetType.INSTANCE && job.kind() != JobKind.MIGRATE_INSTANCE
        ? List.of()
        : database.daos().jobs().besideOf(job.id());
  }

  /** Tells runs what people decided and nobody told them yet. */
  void deliverDecisions() {
    delivery.sweep();
  }

  /** False when Temporal knows no run of the job, or only runs that have ended. */
  boolean hasRun(JobRow job) {
    return runs.goesOn(job);
  }

  /**
   * Attributes only help people to find runs: a service that does not know them is no reason to
   * wait.
   */
  private void startWithAttributes(JobRow job, WorkflowOptions options, JobRequest request) {
    String type = job.kind().workflowType();
    if (attributesKnown) {
      WorkflowOptions found =
          WorkflowOptions.newBuilder(options).setTypedSearchAttributes(attributes(job)).build();
      try {
        client.newUntypedWorkflowStub(type, found).start(request);
        return;
      } catch (WorkflowExecutionAlreadyStarted started) {
        throw started;
      } catch (WorkflowException e) {
        if (!saysUnknownAttribute(e)) {
          throw e;
        }
        attributesKnown = false;
        LOGGER.warn("Temporal lacks our search attributes; runs start without them");
      }
    }
    client.newUntypedWorkflowStub(type, options).start(request);
  }

  private static boolean saysUnknownAttribute(WorkflowException e) {
    return String.valueOf(e.getCause()).contains("earch attribute");
  }

  private static SearchAttributes attributes(JobRow job) {
    SearchAttributes.Builder attributes =
        SearchAttributes.newBuilder()
            .set(JOB_KIND, job.kind().name())
            .set(PROJECT_ID, job.project());
    return switch (job.targetType()) {
      case INSTANCE -> attributes.set(INSTANCE_ID, job.targetId().toString()).build();
      case HOST -> attributes.set(HOST_ID, job.targetId().toString()).build();
      case IMAGE,
          LEASE,
          ORPHAN,
          PROTECTION_GROUP,
          RECOVERY_PLAN,
          RECOVERY_POINT,
          SNAPSHOT,
          VOLUME ->
          attributes.build();
    };
  }

  /** Makes sure that a host is watched; a watch that runs goes on. */
  public void watch(HostId host) {
    WorkflowOptions options =
        WorkflowOptions.newBuilder()
            .setWorkflowId(WatchHostWorkflow.workflowId(host))
            .setWorkflowIdReusePolicy(
                WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
            .setWorkflowIdConflictPolicy(
                WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
            .setTaskQueue(Queues.CONTROL)
            .build();
    try {
      client
          .newUntypedWorkflowStub("WatchHostWorkflow", options)
          .start(host, new HostObservation(Map.of()));
    } catch (WorkflowExecutionAlreadyStarted running) {
      LOGGER.trace("{} is watched", host);
    }
  }

  @Override
  public void stop() {
    soon.shutdownNow();
  }
}
