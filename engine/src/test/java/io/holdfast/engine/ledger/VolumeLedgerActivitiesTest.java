package io.holdfast.engine.ledger;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static io.holdfast.engine.ledger.FailureConditions.naming;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.QuotaDao;
import io.holdfast.engine.db.QuotaRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PlacedVolume;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.model.VolumeOrder;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each activity twice: the second call changes nothing and answers the same. */
class VolumeLedgerActivitiesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  /** Twice what the pool of the test's host has, since disks are thin. */
  private static final long POOL_GIB = 2048;

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final VolumeLedgerActivitiesImpl ledger =
      new VolumeLedgerActivitiesImpl(database, Clock.systemUTC());
  private final LedgerActivitiesImpl instances =
      new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), Clock.systemUTC());
  private final JobActivitiesImpl jobs = new JobActivitiesImpl(database, Clock.systemUTC());
  private final HostRow host = inventory.host(inventory.site(), 64, 65536);

  @BeforeEach
  void onlyThisHostIsActive() {
    inventory.onlyActive(host);
  }

  @Test
  void aSecondReservationIsTheFirstOneAndSumsCountBoth() {
    InstanceId instance = placedInstance();
    JobRow job = accepted(10);
    PlacedVolume first = ledger.reserveVolume(jobId(job), volume(job));

    assertThat(ledger.reserveVolume(jobId(job), volume(job))).isEqualTo(first);
    assertThat(first.host()).isEqualTo(new HostRef(new HostId(host.id()), host.name()));
    assertThat(first.volume().sizeBytes()).isEqualTo(10 * Inventory.GIB);
    assertThat(reservedDisk()).isEqualTo((2 + 10) * Inventory.GIB);
    ledger.releaseVolume(volume(job));
    ledger.releaseVolume(volume(job));
    assertThat(reservedDisk()).isEqualTo(2 * Inventory.GIB);
    assertThat(ledger.reserveVolume(jobId(job), volume(job))).isEqualTo(first);
    assertThat(instance).isNotNull();
  }

  @Test
  void instancesAndVolumesShareAPool() {
    JobRow large = accepted(POOL_GIB - 1);
    ledger.reserveVolume(jobId(large), volume(large));
    JobRow job = accepted(2);
    assertThatThrownBy(() -> ledger.reserveVolume(jobId(job), volume(job)))
        .is(failure(FailureType.NO_CAPACITY))
        .is(naming(host.name() + ": DISK: needs 2048, free 1024 MiB in one pool"));
    JobRow instance = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    assertThatThrownBy(
            () -> instances.reserve(jobId(instance), new InstanceId(instance.targetId())))
        .is(failure(FailureType.NO_CAPACITY));
    assertThat(database.daos().volumeReservations().find(job.targetId())).isEmpty();
  }

  @Test
  void anEndedJobClaimsNothingAndACreateThatWasUndoneLeavesNoRow() {
    JobRow job = accepted(1);
    jobs.endJob(jobId(job), JobOutcome.of(JobState.FAILED, null, true, List.of()), List.of());
    assertThat(database.daos().volumes().findById(job.targetId())).isEmpty();
    assertThatThrownBy(() -> ledger.reserveVolume(jobId(job), volume(job)))
        .is(failure(FailureType.NOT_FOUND));
  }

  @Test
  void growthIsClaimedWhereTheVolumeLies() {
    VolumeRow made = made(10);
    JobRow job = resize(made, 12);
    VolumeOrder order = ledger.reserveGrowth(jobId(job), id(made));

    assertThat(ledger.reserveGrowth(jobId(job), id(made))).isEqualTo(order);
    assertThat(order.volume().sizeBytes()).isEqualTo(10 * Inventory.GIB);
    assertThat(order.wantedBytes()).isEqualTo(12 * Inventory.GIB);
    assertThat(reservedDisk()).isEqualTo(12 * Inventory.GIB);
    ledger.releaseGrowth(id(made));
    ledger.releaseGrowth(id(made));
    assertThat(reservedDisk()).isEqualTo(10 * Inventory.GIB);

    ledger.reserveGrowth(jobId(job), id(made));
    ledger.completeResizeVolume(jobId(job), id(made), 12 * Inventory.GIB, List.of());
    ledger.completeResizeVolume(jobId(job), id(made), 99 * Inventory.GIB, List.of());
    assertThat(row(made).sizeBytes()).isEqualTo(12 * Inventory.GIB);
    assertThat(reservedDisk()).isEqualTo(12 * Inventory.GIB);
  }

  @Test
  void growthThatHasNoRoomIsRefusedWithNumbers() {
    VolumeRow made = made(POOL_GIB - 1);
    JobRow job = resize(made, POOL_GIB + 1);
    assertThatThrownBy(() -> ledger.reserveGrowth(jobId(job), id(made)))
        .is(failure(FailureType.NO_CAPACITY))
        .is(naming(host.name() + ": DISK: needs 2048, free 1024 MiB in one pool"));
    assertThat(reservedDisk()).isEqualTo((POOL_GIB - 1) * Inventory.GIB);
  }

  @Test
  void growthThatTheProjectMayNotHaveIsRefused() {
    VolumeRow made = made(2);
    QuotaDao quotas = database.daos().quotas();
    long used = quotas.reserved("default").diskGiB();
    quotas.update(new QuotaRow("default", null, null, used + 1, null));
    try {
      JobRow job = resize(made, 4);
      assertThatThrownBy(() -> ledger.reserveGrowth(jobId(job), id(made)))
          .is(failure(FailureType.QUOTA_EXCEEDED))
          .is(naming("diskGiB: limit %d, used %d, after %d".formatted(used + 1, used, used + 2)));
    } finally {
      quotas.update(new QuotaRow("default", null, null, null, null));
    }
  }

  @Test
  void anAttachmentIsWrittenOnceAndEndsWithItsInstance() {
    VolumeRow made = made(1);
    InstanceId instance = placedInstance();
    JobRow attach = attach(made, instance);
    assertThat(ledger.volumeOrder(jobId(attach), id(made)).instance()).isEqualTo(instance);
    ledger.completeAttachVolume(jobId(attach), id(made), instance, List.of());
    ledger.completeAttachVolume(jobId(attach), id(made), placedInstance(), List.of());
    assertThat(row(made).instanceId()).isEqualTo(instance.value());

    database.daos().instances().delete(instance.value());
    assertThat(row(made).instanceId()).isNull();
    assertThat(row(made).madeAt()).isNotNull();
  }

  @Test
  void aVolumeThatCouldNotBeTakenOutAgainCountsAsAttached() {
    VolumeRow made = made(1);
    InstanceId instance = placedInstance();
    JobRow failed = attach(made, instance);
    JobOutcome left = JobOutcome.of(JobState.FAILED, null, false, List.of("attach-volume: x"));
    jobs.endJob(jobId(failed), left, List.of());
    assertThat(row(made).instanceId()).isEqualTo(instance.value());

    JobRow detach = inventory.accept(JobKind.DETACH_VOLUME, TargetType.VOLUME, made.id(), "v");
    assertThat(ledger.volumeOrder(jobId(detach), id(made)).instance()).isEqualTo(instance);
    ledger.completeDetachVolume(jobId(detach), id(made), List.of());
    ledger.completeDetachVolume(jobId(detach), id(made), List.of());
    assertThat(row(made).instanceId()).isNull();

    JobRow undone = attach(made, instance);
    jobs.endJob(jobId(undone), JobOutcome.of(JobState.FAILED, null, true, List.of()), List.of());
    assertThat(row(made).instanceId()).isNull();
  }

  @Test
  void aDeleteIsCompletedOnceAndFreesTheSpace() {
    VolumeRow made = made(5);
    JobRow job = inventory.accept(JobKind.DELETE_VOLUME, TargetType.VOLUME, made.id(), "v");
    assertThat(ledger.locateVolume(id(made)).pool()).isEqualTo("default");
    ledger.completeDeleteVolume(jobId(job), id(made), List.of());
    ledger.completeDeleteVolume(jobId(job), id(made), List.of());
    assertThat(reservedDisk()).isZero();
    assertThat(ledger.locateVolume(id(made)).host()).isNull();
    assertThat(database.daos().jobs().find(job.id()).orElseThrow().state())
        .isEqualTo(JobState.SUCCEEDED);
  }

  private JobRow accepted(long gib) {
    UUID id = UUID.randomUUID();
    String name = Inventory.name("volume");
    VolumeRow row =
        new VolumeRow(
            id,
            "default",
            name,
            gib * Inventory.GIB,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            Map.of(),
            Inventory.now());
    database.daos().volumes().insert(row);
    return inventory.accept(JobKind.CREATE_VOLUME, TargetType.VOLUME, id, name);
  }

  private VolumeRow made(long gib) {
    JobRow job = accepted(gib);
    ledger.reserveVolume(jobId(job), volume(job));
    ledger.completeCreateVolume(jobId(job), volume(job), List.of());
    return database.daos().volumes().findById(job.targetId()).orElseThrow();
  }

  private InstanceId placedInstance() {
    JobRow job = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    InstanceId id = new InstanceId(job.targetId());
    instances.reserve(jobId(job), id);
    return id;
  }

  private JobRow attach(VolumeRow volume, InstanceId instance) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    return accept(
        JobKind.ATTACH_VOLUME, volume, request.put("instance", instance.value().toString()));
  }

  private JobRow resize(VolumeRow volume, long gib) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    return accept(JobKind.RESIZE_VOLUME, volume, request.put("sizeBytes", gib * Inventory.GIB));
  }

  private JobRow accept(JobKind kind, VolumeRow volume, ObjectNode request) {
    JobRow job =
        JobRow.pending(
            UUID.randomUUID(),
            kind,
            TargetType.VOLUME,
            volume.id(),
            volume.name(),
            request,
            "tester",
            Inventory.now());
    database.daos().jobs().accept(job, kind.steps());
    return job;
  }

  private long reservedDisk() {
    return database.daos().hosts().view(host.id()).orElseThrow().reservedDiskBytes();
  }

  private VolumeRow row(VolumeRow volume) {
    return database.daos().volumes().findById(volume.id()).orElseThrow();
  }

  private static JobId jobId(JobRow job) {
    return new JobId(job.id());
  }

  private static VolumeId volume(JobRow job) {
    return new VolumeId(job.targetId());
  }

  private static VolumeId id(VolumeRow row) {
    return new VolumeId(row.id());
  }
}
