package io.holdfast.engine.ledger;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static io.holdfast.engine.ledger.FailureConditions.naming;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.RestoredFrom;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.WantedInstance;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PlacedImage;
import io.holdfast.workflows.model.Placement;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.Steps;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each activity twice: the second call changes nothing and answers the same. */
class LedgerActivitiesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final LedgerActivitiesImpl ledger =
      new LedgerActivitiesImpl(
          database, image -> "http://engine/" + image, TestKeys.seal(), Clock.systemUTC());
  private final JobActivitiesImpl jobs = new JobActivitiesImpl(database, Clock.systemUTC());

  private HostRow host = inventory.host(inventory.site(), 64, 65536);
  private final ImageRow image = inventory.image(ImageState.AVAILABLE);

  @BeforeEach
  void onlyThisHostIsActive() {
    inventory.onlyActive(host);
  }

  private JobRow created() {
    return inventory.instance(image, List.of());
  }

  private static StepUpdate update(String step, StepState state) {
    return new StepUpdate(step, state, 1, System.currentTimeMillis(), "detail", null);
  }

  private JobRow job(JobRow job) {
    return database.daos().jobs().find(job.id()).orElseThrow();
  }

  @Test
  void aSecondReservationIsTheFirstOne() {
    NetworkRow network = inventory.network("10.100.1.0/24");
    JobRow job = inventory.instance(image, List.of(network));
    Placement first = ledger.reserve(new JobId(job.id()), new InstanceId(job.targetId()));
    Placement second = ledger.reserve(new JobId(job.id()), new InstanceId(job.targetId()));

    assertThat(second).isEqualTo(first);
    assertThat(first.host()).isEqualTo(new HostRef(new HostId(host.id()), host.name()));
    assertThat(first.imageOnHost()).isFalse();
    assertThat(first.instance().ports().get(0).ipv4()).isEqualTo("10.100.1.2");
    assertThat(first.instance().disks().get(0).device()).isEqualTo("vda");
    assertThat(first.instance().disks().get(0).sizeBytes()).isEqualTo(2 * Inventory.GIB);
    assertThat(database.daos().hosts().view(host.id()).orElseThrow().reservedMemoryMiB())
        .isEqualTo(512);

    JobRow next = inventory.instance(image, List.of(network));
    Placement other = ledger.reserve(new JobId(next.id()), new InstanceId(next.targetId()));
    assertThat(other.instance().ports().get(0).ipv4()).isEqualTo("10.100.1.3");
  }

  @Test
  void whatHasNoOtherPlaceWaitsForAHostThatIsSilent() {
    UUID of = UUID.randomUUID();
    RestoredFrom from = RestoredFrom.point(UUID.randomUUID(), of, GuestReadiness.NONE, null);
    InstanceRow row =
        InstanceRow.restored(
            UUID.randomUUID(),
            Inventory.name("restored"),
            new WantedInstance(null, 1, 512, List.of(2), null, 60, from, null, null),
            host.id(),
            Map.of(),
            null,
            null,
            Inventory.now());
    database.daos().instances().insert(row, List.of());
    JobId job =
        new JobId(
            inventory
                .accept(JobKind.RESTORE_POINT, TargetType.INSTANCE, row.id(), row.name())
                .id());
    database.daos().hosts().setSilent(host.id(), Inventory.now());
    assertThatThrownBy(() -> ledger.reserve(job, new InstanceId(row.id())))
        .is(failure(FailureType.HOST_UNREACHABLE))
        .hasMessageContaining("Host " + host.name() + " does not answer");
    database.daos().hosts().setSeen(host.id(), Inventory.now());
    assertThat(ledger.reserve(job, new InstanceId(row.id())).host().name()).isEqualTo(host.name());
  }

  @Test
  void aReleaseMayComeTwiceAndAReservationAfterIt() {
    JobRow job = inventory.instance(image, List.of(inventory.network("10.100.2.0/24")));
    InstanceId instance = new InstanceId(job.targetId());
    Placement first = ledger.reserve(new JobId(job.id()), instance);
    ledger.release(instance);
    ledger.release(instance);
    assertThat(database.daos().reservations().find(job.targetId())).isEmpty();
    assertThat(ledger.reserve(new JobId(job.id()), instance)).isEqualTo(first);
  }

  @Test
  void aFullHostIsNamedWithItsNumbers() {
    host = inventory.host(inventory.site(), 4, 600);
    onlyThisHostIsActive();
    JobRow first = created();
    ledger.reserve(jobId(first), instanceOf(first));
    JobRow job = created();
    assertThatThrownBy(() -> ledger.reserve(jobId(job), instanceOf(job)))
        .is(failure(FailureType.NO_CAPACITY))
        .is(naming(host.name() + ": MEMORY: needs 512, free 28 MiB"));
    assertThat(database.daos().reservations().find(job.targetId())).isEmpty();
  }

  @Test
  void aNetworkMayRunOutOfAddressesAndThenNothingIsClaimed() {
    NetworkRow network = inventory.network("10.100.3.0/30");
    JobRow lucky = inventory.instance(image, List.of(network));
    ledger.reserve(jobId(lucky), instanceOf(lucky));
    JobRow job = inventory.instance(image, List.of(network));
    assertThatThrownBy(() -> ledger.reserve(jobId(job), instanceOf(job)))
        .is(failure(FailureType.NO_ADDRESS));
    assertThat(database.daos().reservations().find(job.targetId())).isEmpty();
  }

  @Test
  void anEndedJobReservesNothing() {
    JobRow job = created();
    jobs.endJob(jobId(job), JobOutcome.of(JobState.FAILED, null, false, List.of("x")), List.of());
    assertThatThrownBy(() -> ledger.reserve(jobId(job), instanceOf(job)))
        .is(failure(FailureType.NOT_FOUND));
    assertThat(database.daos().reservations().find(job.targetId())).isEmpty();
  }

  @Test
  void aCreateIsCompletedOnce() {
    JobRow job = created();
    ledger.reserve(jobId(job), instanceOf(job));
    GuestReport guest = new GuestReport(GuestReadiness.AGENT, "7.2", "vm", List.of("10.0.0.9"));
    List<StepUpdate> updates = List.of(update(Steps.ACTIVATE, StepState.SUCCEEDED));
    ledger.completeCreate(jobId(job), instanceOf(job), guest, updates);
    JobRow ended = job(job);
    ledger.completeCreate(jobId(job), instanceOf(job), guest, updates);

    assertThat(job(job)).isEqualTo(ended);
    assertThat(ended.state()).isEqualTo(JobState.SUCCEEDED);
    JsonNode result = Objects.requireNonNull(ended.result());
    assertThat(result.path("id").asText()).isEqualTo(job.targetId().toString());
    assertThat(result.path("host").asText()).isEqualTo(host.name());
    assertThat(result.at("/guest/agentVersion").asText()).isEqualTo("7.2");
    assertThat(result.at("/guest/addresses/0").asText()).isEqualTo("10.0.0.9");
    InstanceRow row = database.daos().instances().findById(job.targetId()).orElseThrow();
    assertThat(row.powerState()).isEqualTo(PowerState.RUNNING);
    assertThat(row.addresses()).containsExactly("10.0.0.9");

    jobs.endJob(jobId(job), JobOutcome.of(JobState.FAILED, null, true, List.of()), List.of());
    assertThat(database.daos().instances().findById(job.targetId())).isPresent();
  }

  @Test
  void aDeleteIsCompletedOnceAndFreesAll() {
    JobRow made = inventory.instance(image, List.of(inventory.network("10.100.4.0/24")));
    ledger.reserve(jobId(made), instanceOf(made));
    GuestReport guest = new GuestReport(GuestReadiness.NONE, null, null, List.of());
    ledger.completeCreate(jobId(made), instanceOf(made), guest, List.of());
    JobRow job =
        inventory.accept(
            JobKind.DELETE_INSTANCE, TargetType.INSTANCE, made.targetId(), made.targetName());

    assertThat(ledger.locate(instanceOf(made)).ports()).hasSize(1);
    List<StepUpdate> updates = List.of(update(Steps.RELEASE, StepState.SUCCEEDED));
    ledger.completeDelete(jobId(job), instanceOf(made), updates);
    JobRow ended = job(job);
    ledger.completeDelete(jobId(job), instanceOf(made), updates);

    assertThat(job(job)).isEqualTo(ended);
    assertThat(database.daos().instances().findById(made.targetId())).isEmpty();
    assertThat(database.daos().reservations().find(made.targetId())).isEmpty();
    assertThat(ledger.locate(instanceOf(made)).host()).isNull();
    assertThat(database.daos().jobs().steps(job.id()))
        .extracting(StepRow::state)
        .containsExactly(
            StepState.SKIPPED,
            StepState.SKIPPED,
            StepState.SKIPPED,
            StepState.SKIPPED,
            StepState.SUCCEEDED);
  }

  @Test
  void powerIsRecordedOnce() {
    JobRow made = created();
    GuestReport guest = new GuestReport(GuestReadiness.NONE, null, null, List.of());
    ledger.completeCreate(jobId(made), instanceOf(made), guest, List.of());
    JobRow job =
        inventory.accept(JobKind.POWER_INSTANCE, TargetType.INSTANCE, made.targetId(), "vm");
    ledger.completePower(jobId(job), instanceOf(made), PowerState.SHUTOFF, List.of());
    ledger.recordPower(instanceOf(made), PowerState.RUNNING);
    ledger.completePower(jobId(job), instanceOf(made), PowerState.SHUTOFF, List.of());
    assertThat(database.daos().instances().findById(made.targetId()).orElseThrow().powerState())
        .isEqualTo(PowerState.RUNNING);
  }

  @Test
  void aDiscoveryIsCompletedOnceAndKeepsMaintenance() {
    HostRow fresh = inventory.registeredHost(inventory.site());
    HostFacts facts = Inventory.facts(fresh.name(), 8, 16384);
    for (HostState expected : List.of(HostState.ACTIVE, HostState.MAINTENANCE)) {
      JobRow job =
          inventory.accept(JobKind.DISCOVER_HOST, TargetType.HOST, fresh.id(), fresh.name());
      ledger.completeDiscovery(jobId(job), new HostId(fresh.id()), facts, List.of());
      ledger.completeDiscovery(jobId(job), new HostId(fresh.id()), facts, List.of());
      HostRow row = database.daos().hosts().findById(fresh.id()).orElseThrow();
      assertThat(row.state()).isEqualTo(expected);
      assertThat(row.facts()).isEqualTo(facts);
      assertThat(database.daos().hosts().pools(fresh.id())).hasSize(1);
      database.daos().hosts().setState(fresh.id(), HostState.MAINTENANCE);
    }
    assertThat(ledger.verificationHost())
        .isNotNull()
        .satisfies(target -> assertThat(target.host().name()).isEqualTo(host.name()));
  }

  @Test
  void anImportIsCompletedOnce() {
    ImageRow importing = inventory.image(ImageState.IMPORTING);
    JobRow job =
        inventory.accept(JobKind.IMPORT_IMAGE, TargetType.IMAGE, importing.id(), importing.name());
    assertThatThrownBy(() -> ledger.imageSource(new ImageId(importing.id())))
        .is(failure(FailureType.NOT_FOUND));
    ledger.completeImport(jobId(job), new ImageId(importing.id()), 4096, List.of());
    ledger.completeImport(jobId(job), new ImageId(importing.id()), 9999, List.of());
    ImageRow row = database.daos().images().findById(importing.id()).orElseThrow();
    assertThat(row.state()).isEqualTo(ImageState.AVAILABLE);
    assertThat(row.virtualSizeBytes()).isEqualTo(4096);
    assertThat(ledger.imageSource(new ImageId(image.id())).url())
        .isEqualTo("http://engine/" + image.id());
  }

  @Test
  void copiesAreNotedAndForgottenAnyNumberOfTimes() {
    PlacedImage placed = new PlacedImage(new ImageId(image.id()), Inventory.GIB, 1000);
    HostId on = new HostId(host.id());
    ledger.recordPlacedImage(on, "default", placed);
    ledger.recordPlacedImage(on, "default", placed);
    JobRow job = created();
    assertThat(ledger.reserve(jobId(job), instanceOf(job)).imageOnHost()).isTrue();
    ledger.forgetPlacedImage(on, "default", placed.image());
    ledger.forgetPlacedImage(on, "default", placed.image());
    assertThat(database.daos().images().copies(image.id())).isEmpty();
    PlacedImage gone = new PlacedImage(new ImageId(UUID.randomUUID()), 1, 1);
    ledger.recordPlacedImage(on, "default", gone);
  }

  private static JobId jobId(JobRow job) {
    return new JobId(job.id());
  }

  private static InstanceId instanceOf(JobRow job) {
    return new InstanceId(job.targetId());
  }
}
