package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.engine.core.PlanRun;
import io.holdfast.engine.core.RunRecords;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanDefinition.Tier;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.RunState;
import io.holdfast.engine.db.RunVerdict;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.recovery.RunProgress;
import io.holdfast.engine.recovery.RunRecord;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.PlanStepKind;
import io.holdfast.workflows.model.RunKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a plan has done around one of its instances is part of that one's recovery. */
class InstanceStepsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  @RegisterExtension final PretendedPlan site = new PretendedPlan(POSTGRES.database());

  private final Daos daos = site.daos;

  /** Nothing is done about it before somebody says yes, and its run says for what it waits. */
  @Test
  void aRunWaitsForWhatIsAskedAroundAnInstance() {
    around(List.of(ask("may-web", FailurePolicy.STOP, 600)), List.of());
    JobRow run = site.runs.test(PretendedPlan.by("alice"), site.plan.name(), null, "PT1H");
    JobRow promotion = asking(run);
    assertThat(promotion.steps()).first().isEqualTo("step-may-web");
    assertThat(shown(run).progress()).isEqualTo(RunProgress.BLOCKED);
    assertThat(site.host.domains).hasSize(1);
    site.decide(promotion, JobVerb.APPROVE);
    site.until(run, JobState.SUCCEEDED);
    assertThat(shown(run).progress()).isEqualTo(RunProgress.COMPLETED);
    RunRecord record = new RunRecords(POSTGRES.database(), site.runs).get(run.id().toString());
    assertThat(record.steps())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.name()).isEqualTo("may-web");
              assertThat(step.place())
                  .isEqualTo("before %s of tier front".formatted(site.name(site.web)));
              assertThat(step.state()).isEqualTo("SUCCEEDED");
              assertThat(step.seen()).contains("approved by alice");
            });
  }

  @Test
  void whatIsLeftOutAroundAnInstanceIsSaid() {
    around(List.of(), List.of(ask("is-web-well", FailurePolicy.SKIP, 1)));
    JobRow run = site.runs.test(PretendedPlan.by("alice"), site.plan.name(), null, "PT1H");
    site.until(run, JobState.SUCCEEDED);
    PlanRun shown = shown(run);
    assertThat(shown.progress()).isEqualTo(RunProgress.COMPLETED_WITH_WARNINGS);
    assertThat(shown.row().verdict()).isEqualTo(RunVerdict.FAILED);
    assertThat(shown.planSteps()).extracting(StepRow::name).containsExactly("step-is-web-well");
  }

  @Test
  void anInstanceWhoseLastStepFailsIsNotRecovered() {
    around(List.of(), List.of(ask("is-web-well", FailurePolicy.STOP, 1)));
    JobRow run = site.runs.test(PretendedPlan.by("alice"), site.plan.name(), null, "PT1H");
    site.until(run, JobState.FAILED);
    assertThat(web(run).state()).isEqualTo(RunState.REMOVED);
    assertThat(web(run).error()).contains("Nobody approved within 1 s");
    site.assertNothingIsLeft();
  }

  /** Its own job was asked for by the run; whoever asked for that is the first of them. */
  @Test
  void whoeverAskedForTheRunDoesNotApproveAroundItsInstances() {
    plan(List.of(front(List.of(ask("may-web", FailurePolicy.STOP, 600)), List.of())));
    JobRow run = site.runs.failOver(PretendedPlan.by("alice"), site.plan.name(), null, null);
    site.until(run, JobState.WAITING_FOR_APPROVAL);
    site.decide("bob", run, JobVerb.APPROVE);
    JobRow promotion = asking(run);
    assertThatThrownBy(() -> site.decide(promotion, JobVerb.APPROVE))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> assertThat(refused.problem().code()).isEqualTo("second-person-needed"));
    site.decide("bob", run, JobVerb.CANCEL);
    site.until(run, JobState.CANCELLED);
    assertThat(daos.jobs().find(promotion.id()).orElseThrow().state())
        .isEqualTo(JobState.CANCELLED);
  }

  /** What nobody approved in time is not waved through by whoever must not approve it. */
  @Test
  void whoeverAskedForTheRunDoesNotSkipItsApproval() {
    List<PlanStep> asks = List.of(ask("may-all", FailurePolicy.STOP, 1));
    Tier front = site.plan.definition().tiers().get(1);
    plan(List.of(new Tier("front", 1, front.members(), List.of(), List.of(), asks, List.of())));
    JobRow run = site.runs.failOver(PretendedPlan.by("alice"), site.plan.name(), null, null);
    site.until(run, JobState.WAITING_FOR_APPROVAL);
    site.decide("bob", run, JobVerb.APPROVE);
    site.until(run, JobState.BLOCKED);
    assertThatThrownBy(() -> site.decide(run, JobVerb.SKIP))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> assertThat(refused.problem().code()).isEqualTo("second-person-needed"));
    site.decide("bob", run, JobVerb.SKIP);
    site.decide("bob", run, JobVerb.CANCEL);
    site.until(run, JobState.CANCELLED);
  }

  /** A new version of the plan, with these around its web. */
  private void around(List<PlanStep> before, List<PlanStep> after) {
    plan(List.of(site.plan.definition().tiers().get(0), front(before, after)));
  }

  private Tier front(List<PlanStep> before, List<PlanStep> after) {
    Tier front = site.plan.definition().tiers().get(1);
    return front.withMembers(List.of(front.members().get(0).withSteps(before, after)));
  }

  private void plan(List<Tier> tiers) {
    PlanDefinition plan = site.plan.definition();
    daos.recoveryPlans()
        .replace(
            site.plan.id(),
            site.plan.name(),
            site.plan.siteId(),
            new PlanDefinition(tiers, plan.networks(), plan.policy()),
            site.plan.changedAt());
  }

  private static PlanStep ask(String name, FailurePolicy onFailure, int seconds) {
    return new PlanStep(
        name,
        PlanStepKind.APPROVAL,
        List.of(RunKind.TEST, RunKind.DISASTER_RECOVERY),
        null,
        "go on?",
        null,
        null,
        List.of(),
        seconds,
        onFailure,
        1);
  }

  private PlanRun shown(JobRow run) {
    return site.runs.get(run.id().toString());
  }

  private PlanRunInstanceRow web(JobRow run) {
    return daos.planRuns().instance(run.id(), site.web).orElseThrow();
  }

  /** The promotion of web, once it asks. */
  private JobRow asking(JobRow run) {
    return await("the question")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                daos.planRuns()
                    .instance(run.id(), site.web)
                    .flatMap(row -> Optional.ofNullable(row.jobId()))
                    .flatMap(daos.jobs()::find)
                    .filter(job -> job.state() == JobState.WAITING_FOR_APPROVAL),
            Optional::isPresent)
        .orElseThrow();
  }
}
