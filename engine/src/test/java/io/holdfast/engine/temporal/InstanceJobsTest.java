package io.holdfast.engine.temporal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.ImageCopyRow;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.image.ImageStore;
import io.holdfast.engine.image.ImageStoreActivitiesImpl;
import io.holdfast.engine.ledger.CensusLedgerActivitiesImpl;
import io.holdfast.engine.ledger.HostLedgerActivitiesImpl;
import io.holdfast.engine.ledger.ImageLedgerActivitiesImpl;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.engine.ledger.LedgerActivitiesImpl;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.Queues;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.seal.SealingCodec;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The life of an instance through the real workflows and ledger, on a host that is pretended. */
class InstanceJobsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final TestWorkflowEnvironment temporal =
      TestWorkflowEnvironment.newInstance(
          TestTemporal.options().setWorkflowClientOptions(sealedWith("test", "old")).build());
  private final Clock clock = Clock.systemUTC();
  private final WorkflowStarter starter =
      new WorkflowStarter(temporal.getWorkflowClient(), database, clock);
  private WorkerFactory hostWorker = WorkerFactory.newInstance(temporal.getWorkflowClient());
  private final PretendHost pretended = new PretendHost();
  private final HostRow host = inventory.host(inventory.site(), 8, 8192);
  private final ImageRow image = inventory.image(ImageState.AVAILABLE);
  @TempDir Path images = Path.of("");
  private ControlWorker worker;

  @BeforeEach
  void startWorkers() throws IOException {
    inventory.onlyActive(host);
    startHostWorker();
    worker =
        new ControlWorker(
            temporal.getWorkflowClient(),
            List.of(
                new LedgerActivitiesImpl(
                    database, i -> "http://engine/" + i, TestKeys.seal(), clock),
                new ImageLedgerActivitiesImpl(database, clock),
                new HostLedgerActivitiesImpl(database, clock),
                new CensusLedgerActivitiesImpl(database, clock),
                new JobActivitiesImpl(database, clock),
                new ImageStoreActivitiesImpl(
                    database, new ImageStore(images, 1 << 20, Clock.systemUTC()), List.of())),
            8);
    worker.start();
  }

  private void startHostWorker() {
    HostId id = new HostId(host.id());
    for (String queue : List.of(Queues.host(id), Queues.hostWait(id))) {
      hostWorker.newWorker(queue).registerActivitiesImplementations(pretended);
    }
    hostWorker.start();
  }

  private static WorkflowClientOptions sealedWith(String... keys) {
    return WorkflowClientOptions.newBuilder()
        .setDataConverter(SealingCodec.converter(TestKeys.keyring(keys)))
        .build();
  }

  @AfterEach
  void stopWorkers() {
    worker.stop();
    hostWorker.shutdownNow();
    starter.stop();
    temporal.close();
  }

  private JobRow run(JobRow job) {
    starter.dispatchSoon(job);
    await().atMost(Duration.ofSeconds(30)).until(() -> now(job).state().isFinal());
    return now(job);
  }

  private JobRow now(JobRow job) {
    return database.daos().jobs().find(job.id()).orElseThrow();
  }

  private List<StepState> steps(JobRow job) {
    return database.daos().jobs().steps(job.id()).stream().map(StepRow::state).toList();
  }

  private void assertNothingIsLeft(JobRow job) {
    assertThat(pretended.domains).isEmpty();
    assertThat(pretended.volumes).isEmpty();
    assertThat(pretended.ports).isEmpty();
    assertThat(database.daos().instances().findById(job.targetId())).isEmpty();
    assertThat(database.daos().reservations().find(job.targetId())).isEmpty();
  }

  @Test
  void anInstanceIsMadeAndDeleted() {
    NetworkRow network = inventory.network("10.120.1.0/24");
    JobRow created = run(inventory.instance(image, List.of(network)));
    assertThat(created.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(steps(created)).hasSize(8).containsOnly(StepState.SUCCEEDED);
    assertThat(String.valueOf(created.result())).contains(host.name(), "10.120.1.2");
    assertThat(pretended.domains).hasSize(1);
    assertThat(database.daos().images().copies(image.id())).hasSize(1);

    JobRow deleted =
        run(
            inventory.accept(
                JobKind.DELETE_INSTANCE,
                TargetType.INSTANCE,
                created.targetId(),
                created.targetName()));
    assertThat(deleted.state()).isEqualTo(JobState.SUCCEEDED);
    assertNothingIsLeft(created);
    assertThat(database.daos().instances().addressesIn(network.id())).isEmpty();
  }

  /** Also the copy that nobody noted, since its job died in between. */
  @Test
  void anImageIsDeletedWithItsCopiesAndItsContent() throws IOException {
    pretended.copies.add(new ImageId(image.id()));
    Path content = Files.createFile(images.resolve(image.id().toString()));
    JobRow deleted =
        run(inventory.accept(JobKind.DELETE_IMAGE, TargetType.IMAGE, image.id(), image.name()));
    assertThat(deleted.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(steps(deleted)).hasSize(3).containsOnly(StepState.SUCCEEDED);
    assertThat(pretended.copies).isEmpty();
    assertThat(content).doesNotExist();
    assertThat(database.daos().images().findById(image.id())).isEmpty();

    JobRow again =
        run(inventory.accept(JobKind.DELETE_IMAGE, TargetType.IMAGE, image.id(), image.name()));
    assertThat(again.state()).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void aHostWorkerWithoutTheKeySaysWhichOneItLacks() {
    hostWorker.shutdownNow();
    hostWorker =
        WorkerFactory.newInstance(
            WorkflowClient.newInstance(temporal.getWorkflowServiceStubs(), sealedWith("old")));
    startHostWorker();
    database.daos().images().addCopy(new ImageCopyRow(image.id(), host.id(), "default"));
    JobRow job = inventory.instance(image, List.of(inventory.network("10.120.4.0/24")));
    starter.dispatchSoon(job);

    await().atMost(Duration.ofSeconds(30)).until(() -> steps(job).contains(StepState.FAILED));
    StepRow failed =
        database.daos().jobs().steps(job.id()).stream()
            .filter(step -> step.state() == StepState.FAILED)
            .findFirst()
            .orElseThrow();
    assertThat(failed.error())
        .isNotNull()
        .satisfies(
            e -> {
              assertThat(e.type()).isEqualTo(FailureType.KEY_MISSING);
              assertThat(e.message()).contains("key test").endsWith("it has old");
            });
  }

  @Test
  void theEndOfAConsoleIsReadWhileSomebodyWaits() throws Exception {
    pretended.console = "one\ntwo\n";
    HostId id = new HostId(host.id());
    InstanceId instance = new InstanceId(UUID.randomUUID());
    ConsoleReader reader = new ConsoleReader(temporal.getWorkflowClient());
    List<CompletableFuture<byte[]>> readers =
        IntStream.range(0, 5).mapToObj(i -> reader.read(id, instance, 4)).toList();
    for (CompletableFuture<byte[]> each : readers) {
      assertThat(each.get(30, TimeUnit.SECONDS)).asString(UTF_8).isEqualTo("two\n");
    }
    reader.stop();
    assertThat(reader.read(id, instance, 4)).isCompletedExceptionally();
  }

  @Test
  void aHostInMaintenanceIsClosedAndOpenedAgainAndItsInstancesAreNot() {
    NetworkRow network = inventory.network("10.120.5.0/24");
    JobRow created = run(inventory.instance(image, List.of(network)));
    assertThat(hostJob(JobKind.MAINTAIN_HOST, "ACTIVE")).isEqualTo(HostState.MAINTENANCE);
    JobRow refused = run(inventory.instance(image, List.of()));
    assertThat(refused.state()).isEqualTo(JobState.FAILED);
    JobRow deleted =
        run(
            inventory.accept(
                JobKind.DELETE_INSTANCE,
                TargetType.INSTANCE,
                created.targetId(),
                created.targetName()));
    assertThat(deleted.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(hostJob(JobKind.ACTIVATE_HOST, "MAINTENANCE")).isEqualTo(HostState.ACTIVE);
    assertThat(run(inventory.instance(image, List.of(network))).state())
        .isEqualTo(JobState.SUCCEEDED);
  }

  private HostState hostJob(JobKind kind, String before) {
    JobRow job =
        JobRow.pending(
            UUID.randomUUID(),
            kind,
            TargetType.HOST,
            host.id(),
            host.name(),
            JsonNodeFactory.instance.objectNode().put("before", before),
            "tester",
            Inventory.now());
    database.daos().jobs().accept(job, kind.steps());
    assertThat(run(job).state()).isEqualTo(JobState.SUCCEEDED);
    return database.daos().hosts().findById(host.id()).orElseThrow().state();
  }

  @Test
  void aCreateWhoseGuestStaysSilentIsUndone() {
    pretended.guestsFail = true;
    NetworkRow network = inventory.network("10.120.2.0/24");
    JobRow failed = run(inventory.instance(image, List.of(network)));
    assertThat(failed.state()).isEqualTo(JobState.FAILED);
    assertThat(failed.undone()).isTrue();
    assertThat(failed.error())
        .isNotNull()
        .satisfies(e -> assertThat(e.type()).isEqualTo(FailureType.GUEST_NOT_READY));
    assertThat(steps(failed).get(6)).isEqualTo(StepState.FAILED);
    assertThat(steps(failed).get(7)).isEqualTo(StepState.PENDING);
    assertThat(steps(failed).get(0)).isEqualTo(StepState.UNDONE);
    assertNothingIsLeft(failed);
  }

  @Test
  void aGuestThatPromisesNoSignOfLifeIsNotAskedForOne() {
    pretended.guestsFail = true;
    NetworkRow network = inventory.network("10.120.6.0/24");
    ImageRow silent = inventory.image(ImageState.AVAILABLE, GuestReadiness.NONE);
    JobRow created = run(inventory.instance(silent, List.of(network)));
    assertThat(created.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(steps(created).get(6)).isEqualTo(StepState.SKIPPED);
    assertThat(String.valueOf(created.result())).contains("\"by\":\"NONE\"");
  }

  @Test
  void aCreateThatFitsNowhereSaysWhy() {
    NetworkRow network = inventory.network("10.120.3.0/24");
    database.daos().hosts().setSilent(host.id(), clock.instant());
    JobRow failed = run(inventory.instance(image, List.of(network)));
    assertThat(failed.error())
        .isNotNull()
        .satisfies(
            e -> {
              assertThat(e.type()).isEqualTo(FailureType.NO_CAPACITY);
              assertThat(e.causes()).contains(host.name() + ": UNREACHABLE");
            });
    assertNothingIsLeft(failed);
  }
}
