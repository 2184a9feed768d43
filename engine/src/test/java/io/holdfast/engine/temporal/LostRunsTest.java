package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.core.Acceptance;
import io.holdfast.engine.core.JobSteering;
import io.holdfast.engine.core.SetClock;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.testing.TestWorkflowEnvironment;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs whose run was lost, and what their next run hears of what people decided before. */
class LostRunsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final TestWorkflowEnvironment temporal =
      TestWorkflowEnvironment.newInstance(TestTemporal.options().build());
  private final Clock clock = Clock.systemUTC();
  private final Clock muchLater = Clock.offset(clock, Duration.ofMinutes(2));
  private final WorkflowStarter starter =
      new WorkflowStarter(temporal.getWorkflowClient(), database, clock);
  private final List<JobRow> accepted = new ArrayList<>();
  private final JobSteering steering =
      new JobSteering(new Acceptance(database, job -> {}, clock), decision -> {}, clock);

  /** A look of another test would find jobs that are left open. */
  @AfterEach
  void stop() {
    for (JobRow job : accepted) {
      database.daos().jobs().end(job.id(), JobState.FAILED, null, null, true, clock.instant());
    }
    starter.stop();
    temporal.close();
  }

  /** A run of it waits for a worker, and has written that it runs. */
  private JobRow running() {
    HostRow host = inventory.registeredHost(inventory.site());
    JobRow job = inventory.accept(JobKind.DISCOVER_HOST, TargetType.HOST, host.id(), host.name());
    accepted.add(job);
    starter.start(job);
    Instant now = clock.instant();
    database.daos().jobs().touch(job.id(), null, now, now);
    return job;
  }

  private void cancel(JobRow job) {
    String id = job.id().toString();
    steering.decide(PretendedPlan.by("alice"), id, JobVerb.CANCEL, "because", null);
  }

  private boolean isDelivered(JobRow job) {
    return database.daos().decisions().of(job.id()).stream()
        .map(DecisionRow::deliveredAt)
        .allMatch(at -> at != null);
  }

  private long generation(JobRow job) {
    return database.daos().jobs().find(job.id()).orElseThrow().generation();
  }

  private void lose(JobRow job) {
    new JobRuns(temporal.getWorkflowClient()).of(job).terminate("lost");
  }

  private boolean hasHeard(JobRow job) {
    String run = job.kind().workflowId(new JobId(job.id()));
    return temporal.getWorkflowClient().fetchHistory(run).getEvents().stream()
        .anyMatch(HistoryEvent::hasWorkflowExecutionCancelRequestedEventAttributes);
  }

  /** Between the start of the run and the commit that says so. */
  @Test
  void aCancelOutlivesTheEngineThatStartsTheRunAgain() throws SQLException {
    JobRow job = running();
    cancel(job);
    starter.deliverDecisions();
    assertThat(isDelivered(job)).isTrue();
    lose(job);
    execute(
        """
        create function engine_dies() returns trigger language plpgsql as
          $$ begin raise exception 'the engine dies'; end $$;
        create constraint trigger engine_dies after update on job
          deferrable initially deferred for each row execute function engine_dies()
        """);
    try {
      new LostRuns(database, starter, muchLater, 100).look();
    } finally {
      execute("drop trigger engine_dies on job; drop function engine_dies");
    }
    assertThat(generation(job)).isEqualTo(job.generation()); // not committed
    assertThat(starter.hasRun(job)).isTrue();
    new LostRuns(database, starter, muchLater, 100).look(); // another engine finds nothing to do
    starter.deliverDecisions();
    assertThat(isDelivered(job)).isTrue();
    assertThat(hasHeard(job)).isTrue();
  }

  @Test
  void aCancelThatNoRunHeardIsNotDelivered() {
    JobRow job = running();
    lose(job);
    cancel(job);
    starter.deliverDecisions();
    assertThat(isDelivered(job)).isFalse();
    new LostRuns(database, starter, muchLater, 100).look();
    starter.deliverDecisions();
    assertThat(isDelivered(job)).isTrue();
    assertThat(hasHeard(job)).isTrue();
  }

  /** It is the first one, told once more. */
  @Test
  void whoeverCancelsAgainIsHeardAgain() {
    JobRow job = running();
    cancel(job);
    starter.deliverDecisions();
    cancel(job);
    assertThat(database.daos().decisions().of(job.id())).hasSize(1);
    assertThat(isDelivered(job)).isFalse();
    starter.deliverDecisions();
    assertThat(isDelivered(job)).isTrue();
  }

  /** However many there are before it. */
  @Test
  void everyLostRunIsFoundAndEveryDecisionDelivered() {
    JobRow first = running();
    JobRow second = running();
    JobRow third = running();
    lose(first);
    lose(third);
    cancel(first); // nobody hears it
    cancel(second);
    JobRuns runs = new JobRuns(temporal.getWorkflowClient());
    new DecisionDelivery(runs, database, clock, 1).sweep();
    assertThat(isDelivered(first)).isFalse();
    assertThat(isDelivered(second)).isTrue();
    new LostRuns(database, starter, muchLater, 1).look();
    assertThat(starter.hasRun(first)).isTrue();
    assertThat(starter.hasRun(third)).isTrue();
  }

  /** The first one is looked at again a minute later. */
  @Test
  void oneThatCannotBeStartedHidesNoneBehindIt() throws SQLException {
    JobRow first = running();
    JobRow second = running();
    lose(first);
    lose(second);
    SetClock later = new SetClock(clock.instant().plusSeconds(120));
    LostRuns lost = new LostRuns(database, starter, later, 100);
    try (RefusedChanges refused = RefusedChanges.of(POSTGRES.dataSource(), "job", first.id())) {
      lost.look();
      assertThat(starter.hasRun(second)).as("%s", refused).isTrue();
      assertThat(starter.hasRun(first)).isFalse();
    }
    later.now = later.now.plusSeconds(61);
    lost.look();
    assertThat(starter.hasRun(first)).isTrue();
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = POSTGRES.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
