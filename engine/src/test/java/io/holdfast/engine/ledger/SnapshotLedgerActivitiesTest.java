package io.holdfast.engine.ledger;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.QuotaDao;
import io.holdfast.engine.db.QuotaRow;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SnapshotDisk;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotOrder;
import io.holdfast.workflows.model.TakenSnapshot;
import io.temporal.failure.TemporalFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each activity twice: the second call changes nothing and answers the same. */
class SnapshotLedgerActivitiesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final long GIB = 1L << 30;

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final LedgerActivitiesImpl instances =
      new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), Clock.systemUTC());
  private final SnapshotLedgerActivitiesImpl ledger =
      new SnapshotLedgerActivitiesImpl(database, Clock.systemUTC());
  private final JobActivitiesImpl jobs = new JobActivitiesImpl(database, Clock.systemUTC());
  private final HostRow host = inventory.host(inventory.site(), 1, 2048);

  private InstanceId instance = new InstanceId(UUID.randomUUID());
  private String pool = "";

  @BeforeEach
  void anInstance() {
    inventory.onlyActive(host);
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    instance = new InstanceId(made.targetId());
    pool = instances.reserve(new JobId(made.id()), instance).instance().pool();
    GuestReport guest = new GuestReport(GuestReadiness.NONE, null, null, List.of());
    instances.completeCreate(new JobId(made.id()), instance, guest, List.of());
  }

  @Test
  void asMuchAsTheDisksIsClaimedUntilItIsKnownWhatTheFilesTake() {
    SnapshotRow row = row(2 * GIB);
    JobId job = accept(JobKind.SNAPSHOT_INSTANCE, row, false);
    long before = claimedOnHost();
    SnapshotOrder order = ledger.reserveSnapshot(job, id(row));

    assertThat(ledger.reserveSnapshot(job, id(row))).isEqualTo(order);
    assertThat(order.host().name()).isEqualTo(host.name());
    assertThat(order.snapshot().instance()).isEqualTo(instance);
    assertThat(order.snapshot().pool()).isEqualTo(pool);
    assertThat(claimedOnHost() - before).isEqualTo(2 * GIB);
    ledger.releaseSnapshot(id(row));
    ledger.releaseSnapshot(id(row));
    assertThat(claimedOnHost()).isEqualTo(before);

    ledger.reserveSnapshot(job, id(row));
    List<SnapshotDisk> disks = List.of(new SnapshotDisk("root", 2 * GIB, 5000));
    ledger.completeSnapshot(
        job, id(row), new TakenSnapshot(disks, 1_900_000_000_123L, 7), List.of());
    ledger.completeSnapshot(job, id(row), new TakenSnapshot(List.of(), 1, 1), List.of());
    SnapshotRow taken = database.daos().snapshots().findById(row.id()).orElseThrow();
    assertThat(taken.disks()).isEqualTo(disks);
    assertThat(taken.takenAt()).isEqualTo(Instant.ofEpochMilli(1_900_000_000_123L));
    assertThat(taken.windowMillis()).isEqualTo(7);
    assertThat(claimedOnHost() - before).isEqualTo(5000);
    assertThat(database.daos().jobs().find(job.value()).orElseThrow().state())
        .isEqualTo(JobState.SUCCEEDED);

    JobId delete = accept(JobKind.DELETE_SNAPSHOT, row, false);
    ledger.completeDeleteSnapshot(delete, id(row), List.of());
    ledger.completeDeleteSnapshot(delete, id(row), List.of());
    assertThat(database.daos().snapshots().findById(row.id())).isEmpty();
    assertThat(claimedOnHost()).isEqualTo(before);
  }

  @Test
  void aSnapshotThatHasNoRoomIsRefusedWithNumbers() {
    SnapshotRow row = row(1L << 50);
    JobId job = accept(JobKind.SNAPSHOT_INSTANCE, row, false);
    assertThatThrownBy(() -> ledger.reserveSnapshot(job, id(row)))
        .is(failure(FailureType.NO_CAPACITY))
        .satisfies(
            refused ->
                assertThat(Failures.describe((TemporalFailure) refused).causes())
                    .singleElement()
                    .asString()
                    .startsWith(host.name() + ": "));
    assertThat(database.daos().snapshots().findById(row.id()).orElseThrow().claimedBytes())
        .isNull();
  }

  @Test
  void aSnapshotThatTheProjectMayNotHaveIsRefused() {
    QuotaDao quotas = database.daos().quotas();
    long used = quotas.reserved("default").diskGiB();
    quotas.update(new QuotaRow("default", null, null, used + 1, null));
    try {
      SnapshotRow row = row(2 * GIB);
      JobId job = accept(JobKind.SNAPSHOT_INSTANCE, row, false);
      assertThatThrownBy(() -> ledger.reserveSnapshot(job, id(row)))
          .is(failure(FailureType.QUOTA_EXCEEDED));
      assertThat(quotas.promised("default").diskGiB()).isGreaterThanOrEqualTo(used + 2);
    } finally {
      quotas.update(new QuotaRow("default", null, null, null, null));
    }
  }

  @Test
  void aRestoreSaysWhetherItMayRestartAndRecordsThePower() {
    SnapshotRow row = row(GIB);
    JobId job = accept(JobKind.RESTORE_SNAPSHOT, row, true);
    assertThat(ledger.snapshotOrder(job, id(row)).restart()).isTrue();
    ledger.completeRestore(job, id(row), PowerState.RUNNING, List.of());
    ledger.completeRestore(job, id(row), PowerState.SHUTOFF, List.of());
    assertThat(database.daos().instances().findById(instance.value()).orElseThrow().powerState())
        .isEqualTo(PowerState.RUNNING);
    assertThatThrownBy(() -> ledger.snapshotOrder(job, new SnapshotId(UUID.randomUUID())))
        .is(failure(FailureType.NOT_FOUND));
  }

  @Test
  void whatWasNeverTakenGoesWithItsJobAndIsKeptForARetry() {
    SnapshotRow row = row(GIB);
    JobId job = accept(JobKind.SNAPSHOT_INSTANCE, row, false);
    ledger.reserveSnapshot(job, id(row));
    jobs.endJob(job, JobOutcome.of(JobState.FAILED, null, true, List.of()), List.of());
    assertThat(database.daos().snapshots().findById(row.id())).isEmpty();
    assertThatThrownBy(() -> ledger.reserveSnapshot(job, id(row)))
        .is(failure(FailureType.NOT_FOUND));

    JobRow ended = database.daos().jobs().find(job.value()).orElseThrow();
    database.daos().removedRows().restoreSnapshot(ended);
    assertThat(database.daos().snapshots().findById(row.id())).contains(row);
  }

  @Test
  void whatWentBeforeItsTableHadAllOfItsColumnsComesBack() throws SQLException {
    SnapshotRow row = row(GIB);
    JobId job = accept(JobKind.SNAPSHOT_INSTANCE, row, false);
    jobs.endJob(job, JobOutcome.of(JobState.FAILED, null, true, List.of()), List.of());
    try (Connection connection = POSTGRES.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      String older = "update job set removed = removed - 'memory' - 'memory_bytes' where id = '%s'";
      assertThat(statement.executeUpdate(older.formatted(job))).isOne();
    }

    JobRow ended = database.daos().jobs().find(job.value()).orElseThrow();
    database.daos().removedRows().restoreSnapshot(ended);
    assertThat(database.daos().snapshots().findById(row.id())).contains(row);
  }

  private SnapshotRow row(long bytes) {
    SnapshotRow row =
        new SnapshotRow(
            UUID.randomUUID(),
            "default",
            Inventory.name("snap"),
            instance.value(),
            "web",
            host.id(),
            pool,
            Consistency.CRASH,
            false,
            bytes,
            null,
            List.of(),
            null,
            0,
            0,
            null,
            Inventory.now());
    database.daos().snapshots().insert(row);
    return row;
  }

  private long claimedOnHost() {
    return database.daos().reservations().sums().stream()
        .filter(sum -> sum.hostId().equals(host.id()))
        .mapToLong(sum -> sum.diskBytes())
        .sum();
  }

  private JobId accept(JobKind kind, SnapshotRow row, boolean restart) {
    JobRow job =
        JobRow.pending(
            UUID.randomUUID(),
            kind,
            TargetType.SNAPSHOT,
            row.id(),
            row.name(),
            JsonNodeFactory.instance.objectNode().put("restart", restart),
            "tester",
            Inventory.now());
    database.useTransaction(daos -> daos.jobs().accept(job, kind.steps()));
    return new JobId(job.id());
  }

  private static SnapshotId id(SnapshotRow row) {
    return new SnapshotId(row.id());
  }
}
