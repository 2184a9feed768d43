package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.ReservedRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationMode;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An instance on a host, and another host at the same site that it may move to. */
abstract class MoveLedgerFixture {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  static final MigrationLimits LIMITS = new MigrationLimits(10, 200, false);

  final Database database = POSTGRES.database();
  final Inventory inventory = new Inventory(database);
  final LedgerActivitiesImpl instances =
      new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), Clock.systemUTC());
  final MigrationLedgerActivitiesImpl ledger =
      new MigrationLedgerActivitiesImpl(database, TestKeys.seal(), Clock.systemUTC());
  final SiteRow site = inventory.site();
  final HostRow source = inventory.host(site, 1, 2048);

  HostRow target = source;
  InstanceId instance = new InstanceId(UUID.randomUUID());

  @BeforeEach
  void anInstanceOnTheSource() {
    inventory.onlyActive(source);
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    instance = new InstanceId(made.targetId());
    instances.reserve(new JobId(made.id()), instance);
    GuestReport guest = new GuestReport(GuestReadiness.NONE, null, null, List.of());
    instances.completeCreate(new JobId(made.id()), instance, guest, List.of());
    target = inventory.host(site, 1, 2048);
  }

  InstanceRow row() {
    return database.daos().instances().findById(instance.value()).orElseThrow();
  }

  /** GiB that are claimed, by pool. */
  Map<String, Long> disk(HostRow host) {
    return database.daos().reservations().sums().stream()
        .filter(sum -> sum.hostId().equals(host.id()))
        .collect(Collectors.toMap(ReservedRow::pool, sum -> sum.diskBytes() / Inventory.GIB));
  }

  long memory(HostRow host) {
    return database.daos().reservations().sums().stream()
        .filter(sum -> sum.hostId().equals(host.id()))
        .mapToLong(ReservedRow::memoryMiB)
        .sum();
  }

  JobId accept(@Nullable UUID host) {
    JobRow job =
        JobRow.pending(
            UUID.randomUUID(),
            JobKind.MIGRATE_INSTANCE,
            TargetType.INSTANCE,
            instance.value(),
            "web",
            MigrationRequests.of(host, null, MigrationMode.LIVE, LIMITS, 5),
            "tester",
            Inventory.now());
    database.useTransaction(daos -> daos.jobs().accept(job, job.kind().steps()));
    return new JobId(job.id());
  }
}
