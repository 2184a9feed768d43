package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.RunState;
import io.holdfast.engine.db.RunVerdict;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.ledger.LeaseLedgerActivitiesImpl;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.Steps;
import io.temporal.client.WorkflowClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a run does while somebody else's job is in the way of one that it waits for. */
class RunChildrenTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final Duration SOON = Duration.ofSeconds(60);

  @RegisterExtension final PretendedPlan site = new PretendedPlan(POSTGRES.database());

  private final Daos daos = site.daos;
  private final WorkflowClient client = site.temporal.getWorkflowClient();

  /** It says which job it waits for, and goes on when that has ended. */
  @Test
  void aCleanupWaitsForADeleteThatAPersonAskedFor() {
    JobRow test = standingTest();
    JobRow delete = deleteByHand(test);
    JobRow cleanup = site.runs.cleanUp(PretendedPlan.by("alice"), site.plan.name());
    awaitWaitingFor(cleanup, delete);
    site.decide(delete, JobVerb.CANCEL);
    site.until(cleanup, JobState.SUCCEEDED);
    assertThat(site.run(test).verdict()).isEqualTo(RunVerdict.PASSED);
    site.assertNothingIsLeft();
  }

  @Test
  void aCleanupThatWaitsCanBeCancelledAndTheDeleteStays() {
    JobRow delete = deleteByHand(standingTest());
    JobRow cleanup = site.runs.cleanUp(PretendedPlan.by("alice"), site.plan.name());
    awaitWaitingFor(cleanup, delete);
    site.decide(cleanup, JobVerb.CANCEL);
    site.until(cleanup, JobState.CANCELLED);
    assertThat(daos.jobs().state(delete.id())).contains(JobState.PENDING);
  }

  /** Its run was ended on purpose: a run that waits for it must not start another one. */
  @Test
  void aJobWhoseLeaseIsReleasedIsNotStartedAgain() {
    site.recovery.answers = new CountDownLatch(1);
    JobRow test = site.runs.test(PretendedPlan.by("alice"), site.plan.name(), null, "PT1H");
    JobRow promotion = promotion(test);
    JobRow release =
        accept(JobKind.RELEASE_LEASE, TargetType.LEASE, promotion.id(), promotion.targetName());
    JobRuns jobRuns = new JobRuns(client);
    new RunActivitiesImpl(client).endRun(promotion.kind(), new JobId(promotion.id()));
    jobRuns.of(test).terminate("lost");
    Clock muchLater = Clock.offset(site.clock, Duration.ofMinutes(2));
    WorkflowStarter starter = new WorkflowStarter(client, POSTGRES.database(), site.clock);
    new LostRuns(POSTGRES.database(), starter, muchLater, 100).look();
    awaitWaiting(test, "Job %s releases the lease of job ".formatted(release.id()));
    assertThat(jobRuns.goesOn(promotion)).isFalse();

    new LeaseLedgerActivitiesImpl(POSTGRES.database(), site.clock)
        .completeRelease(new JobId(release.id()), new JobId(promotion.id()), List.of(), List.of());
    site.recovery.answers.countDown();
    site.until(test, JobState.SUCCEEDED); // by another attempt
    starter.stop();
  }

  private JobRow standingTest() {
    JobRow test = site.runs.test(PretendedPlan.by("alice"), site.plan.name(), null, "PT1H");
    return site.until(test, JobState.SUCCEEDED);
  }

  /** Nobody takes it up. */
  private JobRow deleteByHand(JobRow test) {
    PlanRunInstanceRow web = daos.planRuns().instance(test.id(), site.web).orElseThrow();
    return accept(
        JobKind.DELETE_INSTANCE,
        TargetType.INSTANCE,
        Objects.requireNonNull(web.instanceId()),
        Objects.requireNonNull(web.instanceName()));
  }

  private JobRow accept(JobKind kind, TargetType type, UUID target, String name) {
    JobRow job =
        JobRow.pending(
            UUID.randomUUID(),
            kind,
            type,
            target,
            name,
            JsonNodeFactory.instance.objectNode().put("reason", "by hand"),
            "bob",
            Inventory.now());
    return daos.jobs().accept(job, kind.steps());
  }

  private void awaitWaitingFor(JobRow job, JobRow other) {
    awaitWaiting(job, "Job %s works on ".formatted(other.id()));
  }

  private void awaitWaiting(JobRow job, String words) {
    await("it waits")
        .atMost(SOON)
        .until(
            () ->
                daos.jobs().steps(job.id()).stream()
                    .filter(step -> step.state() == StepState.WAITING)
                    .map(step -> String.valueOf(step.detail()))
                    .anyMatch(said -> said.startsWith("Waits for another job (" + words)));
  }

  /** Of db, once its guest is asked. */
  private JobRow promotion(JobRow run) {
    return await("the first instance is asked")
        .atMost(SOON)
        .until(
            () ->
                daos.planRuns()
                    .instance(run.id(), site.db)
                    .filter(row -> row.state() == RunState.RUNNING)
                    .flatMap(row -> Optional.ofNullable(row.jobId()))
                    .flatMap(daos.jobs()::find)
                    .filter(job -> job.state() == JobState.RUNNING && asks(job)),
            Optional::isPresent)
        .orElseThrow();
  }

  private boolean asks(JobRow promotion) {
    return daos.jobs().steps(promotion.id()).stream()
        .anyMatch(
            step -> step.name().equals(Steps.RUN_PROBES) && step.state() == StepState.RUNNING);
  }
}
