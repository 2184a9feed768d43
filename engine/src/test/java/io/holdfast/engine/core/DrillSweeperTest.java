package io.holdfast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DrillScheduleRow;
import io.holdfast.engine.db.EventRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobFilter;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.RehearsalRow;
import io.holdfast.engine.db.RunVerdict;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The database is the timer: a clock that the test moves, and a real PostgreSQL. */
class DrillSweeperTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int ALL = 100_000;

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);
  private final Instant made = Inventory.now();
  private final Instant due = made.plus(Duration.ofDays(1));
  private final SetClock clock = new SetClock(made);
  private final Acceptance acceptance = new Acceptance(database, job -> {}, clock);
  private final RunService runs = new RunService(database, acceptance, clock);
  private final DrillScheduleService schedules =
      new DrillScheduleService(database, acceptance, runs, clock);
  private final DrillSweeper sweeper = new DrillSweeper(database, acceptance, runs, clock);
  private final RunJanitor janitor = new RunJanitor(database, runs, clock);
  private final RecoveryPlanRow plan = plan();
  private DrillScheduleRow schedule = schedule("PT1H", "PT10M");
  private long from;

  @BeforeEach
  void begin() {
    from = latest();
  }

  @Test
  void aDrillBeginsWhenItIsDueAndOnce() {
    clock.now = due.minusMillis(1);
    sweeper.sweep();
    assertThat(drills()).isEmpty();
    clock.now = due.plusMillis(300);
    List<CompletableFuture<Void>> engines =
        IntStream.range(0, 4).mapToObj(i -> CompletableFuture.runAsync(sweeper::sweep)).toList();
    engines.forEach(CompletableFuture::join);
    assertThat(drills()).hasSize(1);
    JobRow drill = drills().get(0);
    assertThat(drill.submittedBy()).isEqualTo(DrillSweeper.SUBMITTER);
    RehearsalRow rehearsal = daos.rehearsals().find(drill.id()).orElseThrow();
    assertThat(rehearsal.dueAt()).isEqualTo(due);
    assertThat(rehearsal.late()).isNull();
    assertThat(Duration.between(clock.now, rehearsal.deadlineAt()))
        .isCloseTo(Duration.ofMinutes(10), Duration.ofMillis(1));
    assertThat(read().nextAt()).isEqualTo(due.plus(Duration.ofDays(1)));
    assertThat(read().missed()).isZero();
  }

  /** The schedule that never fired: every engine was away. */
  @Test
  void aDrillThatNobodyBeganIsToldAsMissed() {
    clock.now = due.plus(Duration.ofHours(1)).plusSeconds(1);
    sweeper.sweep();
    assertThat(drills()).isEmpty();
    assertThat(read().missed()).isEqualTo(1);
    assertThat(read().missedAt()).isEqualTo(due);
    assertThat(read().missedReason()).isEqualTo("no engine was there to begin it");
    assertThat(events()).contains("drill.missed");
    clock.now = due.plus(Duration.ofDays(1));
    sweeper.sweep();
    assertThat(drills()).hasSize(1);
  }

  @Test
  void anOutageWithinTheHourIsMadeUpForAndToldAsLate() {
    clock.now = due.plus(Duration.ofMinutes(50));
    sweeper.sweep();
    assertThat(drills()).hasSize(1);
    assertThat(read().missed()).isZero();
    assertThat(daos.rehearsals().find(drills().get(0).id()).orElseThrow().late())
        .isEqualTo("it began 3000 s late");
    assertThat(events()).contains("drill.late");
  }

  /** Engines look twice a second, never at the very moment. */
  @Test
  void aScheduleThatCatchesNothingUpBeginsWhatIsInTime() {
    daos.drillSchedules().delete(schedule.id());
    schedule = schedule("PT0S", "PT10M");
    clock.now = due.plusMillis(300);
    sweeper.sweep();
    assertThat(drills()).hasSize(1);
    end(drills().get(0), JobState.SUCCEEDED);
    clock.now = due.plus(Duration.ofDays(1)).plus(Duration.ofSeconds(61));
    sweeper.sweep();
    assertThat(drills()).hasSize(1);
    assertThat(read().missed()).isEqualTo(1);
  }

  @Test
  void aDrillThatFallsDueWhileThePlanHasOtherWorkIsMissed() {
    clock.now = due;
    sweeper.sweep();
    clock.now = due.plus(Duration.ofDays(1));
    sweeper.sweep();
    assertThat(drills()).hasSize(1);
    assertThat(read().missed()).isEqualTo(1);
    assertThat(read().missedReason()).contains(drills().get(0).id().toString());
    end(drills().get(0), JobState.SUCCEEDED);
    sweeper.sweep();
    assertThat(drills()).hasSize(1);
  }

  @Test
  void aScheduleThatIsPausedBeginsNothingAndMissesNothing() {
    schedules.pause(by("tester"), schedule.name());
    clock.now = due.plus(Duration.ofDays(3)).plusSeconds(1);
    sweeper.sweep();
    assertThat(drills()).isEmpty();
    schedules.resume(by("tester"), schedule.name());
    sweeper.sweep();
    assertThat(drills()).isEmpty();
    assertThat(read().missed()).isZero();
    assertThat(read().nextAt()).isEqualTo(due.plus(Duration.ofDays(4)));
  }

  @Test
  void aDrillBehindItsDeadlineIsToldOnce() {
    clock.now = due;
    sweeper.sweep();
    clock.now = due.plus(Duration.ofMinutes(11));
    sweeper.sweep();
    sweeper.sweep();
    assertThat(events().stream().filter("drill.late"::equals)).hasSize(1);
    assertThat(daos.rehearsals().find(drills().get(0).id()).orElseThrow().late())
        .isEqualTo("it goes on behind its deadline");
  }

  /** However its job ended: the run says that it failed, and so does an event. */
  @Test
  void aDrillWhoseJobFailsHasFailed() {
    clock.now = due;
    sweeper.sweep();
    UUID drill = drills().get(0).id();
    JobFailure failure = new JobFailure(FailureType.PROBE_FAILED, "No answer", List.of());
    new JobActivitiesImpl(database, clock)
        .endJob(
            new JobId(drill), JobOutcome.of(JobState.FAILED, failure, true, List.of()), List.of());
    assertThat(daos.planRuns().find(drill).orElseThrow().verdict()).isEqualTo(RunVerdict.FAILED);
    assertThat(events()).contains("drill.failed").doesNotContain("drill.passed");
  }

  /** A drill that was killed, and whose undo was skipped: its cleanup comes by itself, later. */
  @Test
  void theJanitorRemovesWhatAKilledDrillLeft() {
    clock.now = due;
    sweeper.sweep();
    UUID drill = drills().get(0).id();
    daos.planRuns().setPinned(drill, clock.now);
    end(drills().get(0), JobState.FAILED);
    janitor.sweep();
    assertThat(cleanups()).isEmpty();
    clock.now = due.plus(Duration.ofMinutes(21));
    janitor.sweep();
    janitor.sweep();
    assertThat(cleanups()).hasSize(1);
    assertThat(cleanups().get(0).request().path("run").asText()).isEqualTo(drill.toString());
    end(cleanups().get(0), JobState.FAILED);
    janitor.sweep();
    assertThat(cleanups()).hasSize(1);
    clock.now = Inventory.now().plus(Duration.ofDays(2));
    janitor.sweep();
    assertThat(cleanups()).hasSize(2);
    end(cleanups().get(1), JobState.SUCCEEDED);
    daos.planRuns().setRemoved(drill, clock.now);
    clock.now = clock.now.plus(Duration.ofDays(2));
    janitor.sweep();
    assertThat(cleanups()).hasSize(2);
  }

  private RecoveryPlanRow plan() {
    daos.drillSchedules().all().forEach(row -> daos.drillSchedules().delete(row.id()));
    PlanDefinition definition = new PlanDefinition(List.of(), List.of(), null);
    RecoveryPlanRow row =
        new RecoveryPlanRow(
            UUID.randomUUID(),
            "default",
            Inventory.name("plan"),
            inventory.site().id(),
            1,
            definition,
            made,
            made);
    daos.recoveryPlans().insert(row);
    return row;
  }

  private DrillScheduleRow schedule(String catchUp, String deadline) {
    NewDrillSchedule wanted =
        new NewDrillSchedule(
            Inventory.name("nightly"), plan.name(), null, "P1D", "UTC", catchUp, deadline);
    return schedules.create(by("tester"), wanted).row();
  }

  private static Submission by(String caller) {
    return Submission.internal(caller, "POST", "/v1/drill-schedules");
  }

  private DrillScheduleRow read() {
    schedule = daos.drillSchedules().findById(schedule.id()).orElseThrow();
    return schedule;
  }

  private List<JobRow> drills() {
    return jobs(JobKind.DRILL);
  }

  private List<JobRow> cleanups() {
    return jobs(JobKind.CLEANUP_PLAN);
  }

  private List<JobRow> jobs(JobKind kind) {
    return daos.jobs()
        .list(PageRequest.first(99), new JobFilter(null, kind, plan.id(), null, null));
  }

  private void end(JobRow job, JobState state) {
    daos.jobs().end(job.id(), state, JsonNodeFactory.instance.objectNode(), null, false, clock.now);
    PlanRunRow run = daos.planRuns().find(job.id()).orElse(null);
    assertThat(run == null || state == JobState.SUCCEEDED || run.verdict() == RunVerdict.FAILED)
        .isTrue();
  }

  private List<String> events() {
    latest();
    return daos.events().after(from, ALL).stream().map(EventRow::type).toList();
  }

  private long latest() {
    while (daos.events().isPending()) {
      daos.events().publish(ALL);
    }
    return daos.events().span().lastId();
  }
}
