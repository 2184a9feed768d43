package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.engine.api.RunBody;
import io.holdfast.engine.core.PlanRun;
import io.holdfast.engine.core.RunEditing;
import io.holdfast.engine.core.RunEditing.Edit;
import io.holdfast.engine.core.RunPausing;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanDefinition.Probe;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PointChoice;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.RunEditRow.Change;
import io.holdfast.engine.db.RunState;
import io.holdfast.engine.db.RunVerdict;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.Points;
import io.holdfast.engine.recovery.RunProgress;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.ProbeKind;
import io.temporal.api.history.v1.HistoryEvent;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people do to a run besides its job's verbs. */
class RunSteeringTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Probe CONSOLE =
      new Probe(ProbeKind.CONSOLE, 0, null, 0, "login:", List.of(), 1);

  @RegisterExtension final PretendedPlan site = new PretendedPlan(POSTGRES.database());

  private final Daos daos = site.daos;
  private final RunPausing pausing = new RunPausing(site.acceptance, site.clock);
  private final RunEditing editing = new RunEditing(site.acceptance, site.clock);

  /** What has begun goes on to its end, nothing more begins, and then all of it does. */
  @Test
  void aPausedRunBeginsNothingUntilItIsResumed() {
    JobRow run = pausedBehindTheFirst();
    assertThat(daos.planRuns().instance(run.id(), site.db).map(PlanRunInstanceRow::state))
        .contains(RunState.RECOVERED);
    assertThat(daos.planRuns().instance(run.id(), site.web).map(PlanRunInstanceRow::state))
        .contains(RunState.NOT_STARTED);
    PlanRun shown = site.runs.get(run.id().toString());
    assertThat(shown.progress()).isEqualTo(RunProgress.PAUSED);
    assertThat(shown.row().pausedBy()).isEqualTo("alice");
    assertThat(shown.row().pauseReason()).isEqualTo("wait for the network");
    resume(run);
    site.until(run, JobState.SUCCEEDED);
    assertThat(site.runs.get(run.id().toString()).progress()).isEqualTo(RunProgress.COMPLETED);
  }

  @Test
  void aPausedRunCanBeCancelled() {
    JobRow run = pausedBehindTheFirst();
    assertThat(RunBody.of(site.runs.get(run.id().toString())).paused()).isNotNull();
    site.decide(run, JobVerb.CANCEL);
    site.until(run, JobState.CANCELLED);
    assertThat(RunBody.of(site.runs.get(run.id().toString())).paused()).isNull();
    site.assertNothingIsLeft();
  }

  /** The run does what it was changed to; its plan is not proven by that. */
  @Test
  void whatHasNotBegunCanBeChanged() {
    UUID older = UUID.randomUUID();
    JobRow run = pausedBehindTheFirst();
    new Points(POSTGRES.database()).available(older, site.group, List.of("root"));
    daos.recoveryPoints()
        .setTaken(older, Inventory.now().minus(Duration.ofMinutes(5)), 0, List.of());
    edit(
        run,
        new Edit(
            site.name(site.web),
            PointChoice.AT,
            Inventory.now().minus(Duration.ofMinutes(4)),
            List.of(CONSOLE),
            false));
    resume(run);
    site.until(run, JobState.SUCCEEDED);
    PlanRunInstanceRow web = daos.planRuns().instance(run.id(), site.web).orElseThrow();
    assertThat(web.pointId()).isEqualTo(older);
    assertThat(web.results()).hasSize(1);
    assertThat(web.results().get(0).kind()).isEqualTo(ProbeKind.CONSOLE);
    List<Change> diff = site.runs.get(run.id().toString()).edits().get(0).changes();
    assertThat(diff).extracting(Change::field).containsExactly("probes", "point");
    assertThat(diff.get(0).from().get(0).path("kind").asText()).isEqualTo("TCP");
    assertThat(diff.get(1).from().path("id").asText()).isEqualTo(site.point.toString());
    assertThat(diff.get(1).to().path("id").asText()).isEqualTo(older.toString());
    site.until(site.runs.cleanUp(PretendedPlan.by("alice"), site.plan.name()), JobState.SUCCEEDED);
    assertThat(site.run(run).verdict()).isEqualTo(RunVerdict.PASSED);
    assertThat(daos.planProofs().ofPlan(site.plan.id())).isEmpty();
  }

  @Test
  void anInstanceCanBeLeftOut() {
    JobRow run = pausedBehindTheFirst();
    edit(run, new Edit(site.web.toString(), null, null, null, true));
    resume(run);
    site.until(run, JobState.SUCCEEDED);
    PlanRunInstanceRow web = daos.planRuns().instance(run.id(), site.web).orElseThrow();
    assertThat(web.state()).isEqualTo(RunState.LEFT_OUT);
    assertThat(web.attempt()).isZero();
    PlanRun shown = site.runs.get(run.id().toString());
    assertThat(shown.progress()).isEqualTo(RunProgress.COMPLETED_WITH_WARNINGS);
    assertThat(shown.row().verdict()).isEqualTo(RunVerdict.FAILED);
  }

  /** And says which field is in the way. Nothing of such an edit is kept. */
  @Test
  void whatHasBegunAndWhatIsNotThereIsRefused() {
    JobRow run = pausedBehindTheFirst();
    Edit fine = new Edit(site.name(site.web), null, null, List.of(), false);
    refused(
        run, "db-or-web is RECOVERED", fine, new Edit(site.db.toString(), null, null, null, true));
    refused(run, "either leaveOut", new Edit(site.name(site.web), null, null, null, false));
    refused(run, "either leaveOut", new Edit(site.name(site.web), null, null, List.of(), true));
    refused(run, "The run has no instance nobody", new Edit("nobody", null, null, null, true));
    refused(
        run,
        "instances[0].probes[0].text",
        new Edit(
            site.name(site.web),
            null,
            null,
            List.of(new Probe(ProbeKind.CONSOLE, 0, null, 0, null, List.of(), 1)),
            false));
    refused(
        run,
        "cannot be recovered like this",
        new Edit(
            site.name(site.web),
            PointChoice.AT,
            Inventory.now().minus(Duration.ofDays(9)),
            null,
            false));
    assertThat(site.runs.get(run.id().toString()).edits()).isEmpty();
    assertThat(daos.planRuns().instance(run.id(), site.web).orElseThrow().probes()).hasSize(1);
    site.decide(run, JobVerb.CANCEL);
    site.until(run, JobState.CANCELLED);
    refused(run, "The run has ended", fine);
    assertThatThrownBy(() -> resume(run)).hasMessageContaining("The run has ended");
  }

  /** A drill that was changed would prove another plan. */
  @Test
  void aDrillIsNotChanged() {
    site.recovery.answers = new CountDownLatch(1);
    JobRow drill = site.runs.drill(PretendedPlan.by("alice"), site.plan.name(), null, "PT10M");
    awaitBegun(drill);
    refused(drill, "A drill proves its plan", new Edit("any", null, null, null, true));
    site.recovery.answers.countDown();
    site.until(drill, JobState.SUCCEEDED);
  }

  private void refused(JobRow run, String words, Edit... edits) {
    String expected = words.replace("db-or-web", site.name(site.db));
    assertThatThrownBy(() -> edit(run, edits))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refusal -> assertThat(refusal.problem().toString()).contains(expected));
  }

  /** A test whose db has answered, and whose web waits for the end of a pause. */
  private JobRow pausedBehindTheFirst() {
    site.recovery.answers = new CountDownLatch(1);
    JobRow run = site.runs.test(PretendedPlan.by("alice"), site.plan.name(), null, "PT1H");
    awaitBegun(run);
    pausing.pause(PretendedPlan.by("alice"), run.id().toString(), "wait for the network");
    pausing.pause(PretendedPlan.by("bob"), run.id().toString(), null); // the first one's stays
    site.recovery.answers.countDown();
    await("the next instance waits").atMost(Duration.ofSeconds(60)).until(() -> waits(run));
    return run;
  }

  private void awaitBegun(JobRow run) {
    await("the first instance has begun")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                daos.planRuns()
                    .instance(run.id(), site.db)
                    .filter(row -> row.state() == RunState.RUNNING)
                    .isPresent());
  }

  private boolean waits(JobRow run) {
    String id = run.kind().workflowId(new JobId(run.id()));
    return site.temporal.getWorkflowClient().fetchHistory(id).getEvents().stream()
        .filter(HistoryEvent::hasActivityTaskScheduledEventAttributes)
        .map(event -> event.getActivityTaskScheduledEventAttributes().getActivityType().getName())
        .anyMatch("AwaitResume"::equals);
  }

  private void resume(JobRow run) {
    pausing.resume(PretendedPlan.by("alice"), run.id().toString());
  }

  private void edit(JobRow run, Edit... edits) {
    editing.edit(PretendedPlan.by("alice"), run.id().toString(), "because", List.of(edits));
  }
}
