package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.holdfast.config.TemporalSettings;
import io.holdfast.config.TemporalTlsSettings;
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
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobVerb;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowServiceException;
import io.temporal.testing.TestWorkflowEnvironment;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What lies in the outbox and cannot leave it keeps nothing behind it. */
class OutboxTroubleTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final TestWorkflowEnvironment temporal =
      TestWorkflowEnvironment.newInstance(TestTemporal.options().build());
  private final SetClock clock = new SetClock(Instant.now().plusSeconds(5));
  private final WorkflowStarter starter =
      new WorkflowStarter(temporal.getWorkflowClient(), database, clock);
  private final OutboxSweeper sweeper = new OutboxSweeper(database, starter, clock);

  @AfterEach
  void stop() {
    starter.stop();
    temporal.close();
  }

  private JobRow accepted() {
    HostRow host = inventory.registeredHost(inventory.site());
    return inventory.accept(JobKind.DISCOVER_HOST, TargetType.HOST, host.id(), host.name());
  }

  private void begun(JobRow job) {
    database.daos().jobs().touch(job.id(), null, clock.now, clock.now);
  }

  private boolean isDispatched(JobRow job) {
    return database.daos().jobs().find(job.id()).orElseThrow().dispatchedAt() != null;
  }

  private DecisionRow cancelled(JobRow job) {
    Acceptance acceptance = new Acceptance(database, accepted -> {}, clock);
    new JobSteering(acceptance, decision -> {}, clock)
        .decide(PretendedPlan.by("alice"), job.id().toString(), JobVerb.CANCEL, "because", null);
    return database.daos().decisions().of(job.id()).get(0);
  }

  private boolean isDelivered(JobRow job) {
    return Objects.nonNull(database.daos().decisions().of(job.id()).get(0).deliveredAt());
  }

  @Test
  void aJobThatCannotBeStartedIsTriedAgainAndHidesNoneBehindIt() throws SQLException {
    JobRow first = accepted();
    JobRow second = accepted();
    try (RefusedChanges refused = RefusedChanges.of(POSTGRES.dataSource(), "job", first.id())) {
      sweeper.sweep();
      assertThat(isDispatched(first)).as("%s", refused).isFalse();
      assertThat(isDispatched(second)).isTrue();
    }
    sweeper.sweep(); // it is set aside
    assertThat(isDispatched(first)).isFalse();
    clock.now = clock.now.plusSeconds(31);
    sweeper.sweep();
    assertThat(isDispatched(first)).isTrue();
  }

  @Test
  void aDecisionThatCannotBeDeliveredIsTriedAgainAndHidesNoneBehindIt() throws SQLException {
    JobRow first = accepted();
    JobRow second = accepted();
    sweeper.sweep();
    begun(first); // one that has not begun is ended at once
    begun(second);
    DecisionRow decision = cancelled(first);
    cancelled(second);
    try (RefusedChanges refused =
        RefusedChanges.of(POSTGRES.dataSource(), "job_decision", decision.id())) {
      sweeper.sweep();
      assertThat(isDelivered(first)).as("%s", refused).isFalse();
      assertThat(isDelivered(second)).isTrue();
    }
    clock.now = clock.now.plusSeconds(31);
    sweeper.sweep();
    assertThat(isDelivered(first)).isTrue();
  }

  @Test
  void whatTemporalSaysOfOneRunKeepsNoneBehindIt() {
    OneByOne runs = new OneByOne(clock);
    runs.handOver("Run", UUID.randomUUID(), () -> says(Status.DATA_LOSS));
    runs.handOver("Run", UUID.randomUUID(), () -> says(Status.INVALID_ARGUMENT));
    for (Status away : List.of(Status.UNAVAILABLE, Status.RESOURCE_EXHAUSTED, Status.NOT_FOUND)) {
      assertThatThrownBy(() -> runs.handOver("Run", UUID.randomUUID(), () -> says(away)))
          .isInstanceOf(WorkflowException.class);
    }
  }

  private static void says(Status status) {
    throw new WorkflowServiceException(
        WorkflowExecution.getDefaultInstance(), "Any", status.asRuntimeException());
  }

  /** Nothing is set aside: it is not the job's fault. */
  @Test
  void whileTemporalIsAwayALookEndsAndTheNextOneTriesAgain() {
    JobRow job = accepted();
    TemporalClients absent =
        new TemporalClients(
            new TemporalSettings("127.0.0.1:1", "default", TemporalTlsSettings.NONE),
            TestKeys.keyring());
    WorkflowStarter nowhere = new WorkflowStarter(absent.client(), database, clock);
    OneByOne starts = new OneByOne(clock);
    assertThatThrownBy(() -> starts.handOver("Job", job.id(), () -> nowhere.start(job)))
        .isInstanceOf(WorkflowException.class);
    nowhere.stop();
    absent.stop();
    starts.handOver("Job", job.id(), () -> starter.start(job));
    assertThat(isDispatched(job)).isTrue();
  }
}
