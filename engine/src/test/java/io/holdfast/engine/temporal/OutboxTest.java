package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.config.TemporalSettings;
import io.holdfast.config.TemporalTlsSettings;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.engine.ledger.LedgerActivitiesImpl;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.activity.HostActivities;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.Queues;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** From an accepted job to its end, through Temporal's test service and a real database. */
class OutboxTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final TestWorkflowEnvironment temporal =
      TestWorkflowEnvironment.newInstance(TestTemporal.options().build());
  private final WorkflowClient client = temporal.getWorkflowClient();
  private final Clock later = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(5));
  private final WorkflowStarter starter = new WorkflowStarter(client, database, later);
  private final OutboxSweeper sweeper = new OutboxSweeper(database, starter, later);
  @TempDir Path images = Path.of("");
  private ControlWorker worker;

  @BeforeEach
  void makeWorker() throws IOException {
    Clock clock = Clock.systemUTC();
    worker =
        new ControlWorker(
            client,
            List.of(
                new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), clock),
                new JobActivitiesImpl(database, clock)),
            8);
  }

  @AfterEach
  void stop() {
    worker.stop();
    starter.stop();
    temporal.close();
  }

  private JobRow job(JobRow job) {
    return database.daos().jobs().find(job.id()).orElseThrow();
  }

  private JobRow discovery(HostRow host) {
    return inventory.accept(JobKind.DISCOVER_HOST, TargetType.HOST, host.id(), host.name());
  }

  @Test
  void whatWasAcceptedIsStartedOnceAndRunsToItsEnd() {
    HostRow host = inventory.registeredHost(inventory.site());
    JobRow job = discovery(host);
    sweeper.sweep();
    assertThat(job(job).dispatchedAt()).isNotNull();
    starter.start(job); // again, as another engine would

    HostId id = new HostId(host.id());
    WorkerFactory hostWorker = hostWorker(host);
    worker.start();
    await().atMost(Duration.ofSeconds(30)).until(() -> job(job).state() == JobState.SUCCEEDED);
    assertThat(database.daos().hosts().findById(host.id()).orElseThrow().state())
        .isEqualTo(HostState.ACTIVE);

    sweeper.sweep(); // the host is watched now
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              HostRow now = database.daos().hosts().findById(host.id()).orElseThrow();
              assertThat(now.lastSeenAt()).isAfter(job(job).endedAt());
            });
    starter.watch(id);
    hostWorker.shutdownNow();
  }

  @Test
  void aJobWhoseRunWasLostRunsAgain() {
    HostRow host = inventory.registeredHost(inventory.site());
    JobRow job = discovery(host);
    JobRow ended = discovery(inventory.registeredHost(inventory.site()));
    sweeper.sweep();
    WorkflowStub run = client.newUntypedWorkflowStub(job.kind().workflowId(new JobId(job.id())));
    run.terminate("its history is too long");
    terminateAndEnd(ended);
    Clock muchLater = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(2));
    new OutboxSweeper(database, starter, muchLater).sweep();
    long generation = job(job).generation();
    new OutboxSweeper(database, starter, muchLater).sweep(); // as another engine would

    assertThat(starter.hasRun(job)).isTrue();
    assertThat(starter.hasRun(ended)).isFalse();
    assertThat(generation).isGreaterThan(job.generation());
    assertThat(job(job).generation()).isEqualTo(generation);
    worker.start();
    WorkerFactory hostWorker = hostWorker(host);
    await().atMost(Duration.ofSeconds(30)).until(() -> job(job).state() == JobState.SUCCEEDED);
    hostWorker.shutdownNow();
  }

  private void terminateAndEnd(JobRow job) {
    JobId id = new JobId(job.id());
    client.newUntypedWorkflowStub(job.kind().workflowId(id)).terminate("over");
    JobOutcome outcome = JobOutcome.of(JobState.CANCELLED, null, true, List.of());
    new JobActivitiesImpl(database, Clock.systemUTC()).endJob(id, outcome, List.of());
  }

  private WorkerFactory hostWorker(HostRow host) {
    WorkerFactory hostWorker = WorkerFactory.newInstance(client);
    HostId id = new HostId(host.id());
    for (String queue : List.of(Queues.host(id), Queues.hostWait(id))) {
      hostWorker.newWorker(queue).registerActivitiesImplementations(new Host(host.name()));
    }
    hostWorker.start();
    return hostWorker;
  }

  @Test
  void aRequestNeverWaitsForTemporal() {
    JobRow job = discovery(inventory.registeredHost(inventory.site()));
    starter.dispatchSoon(job);
    await().atMost(Duration.ofSeconds(20)).until(() -> starter.hasRun(job));
    assertThat(job(job).dispatchedAt()).isNull();
    sweeper.sweep(); // its run has not written anything by then
    assertThat(job(job).dispatchedAt()).isNotNull();
  }

  @Test
  void withoutTemporalAJobStaysInTheOutbox() {
    TemporalClients absent =
        new TemporalClients(
            new TemporalSettings("127.0.0.1:1", "default", TemporalTlsSettings.NONE),
            TestKeys.keyring());
    assertThatThrownBy(absent::check).isInstanceOf(io.grpc.StatusRuntimeException.class);
    JobRow job = discovery(inventory.registeredHost(inventory.site()));
    WorkflowStarter nowhere = new WorkflowStarter(absent.client(), database, later);
    nowhere.dispatchSoon(job);
    assertThat(job(job).dispatchedAt()).isNull();
    nowhere.stop();
    absent.stop();
    sweeper.sweep();
    assertThat(job(job).dispatchedAt()).isNotNull();
  }

  private record Host(String name) implements HostActivities {
    @Override
    public HostFacts discoverHost() {
      return Inventory.facts(name, 4, 4096);
    }

    @Override
    public HostObservation observeHost(HostObservation known, int maxWaitSeconds) {
      return new HostObservation(Map.of());
    }
  }
}
