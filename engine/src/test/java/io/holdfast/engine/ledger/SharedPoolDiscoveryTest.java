package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.api.HostBody;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.LedgerTurn;
import io.holdfast.engine.db.PoolRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.ReservationRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.PoolFacts;
import io.holdfast.workflows.model.SharedFolder;
import io.temporal.failure.ApplicationFailure;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pools that hosts share, as the ledger learns of them. */
class SharedPoolDiscoveryTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String POOL = "default";

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final SiteRow site = inventory.site();
  private final HostRow host = inventory.host(site, 4, 4096);
  private final LedgerActivitiesImpl ledger =
      new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), Clock.systemUTC());
  private final String storage = UUID.randomUUID().toString();

  @Test
  void aSharedPoolIsShownBeforeAnotherHostHasIt() {
    discover(host, storage);
    assertThat(shown()).containsExactly(new HostBody.SharedPool(POOL, storage, List.of()));

    HostRow other = inventory.host(site, 4, 4096);
    discover(other, storage);
    assertThat(shown())
        .containsExactly(new HostBody.SharedPool(POOL, storage, List.of(other.name())));
  }

  /** The folder below a mount that is away looks like new storage, and hides under it later. */
  @Test
  void storageIsNotExchangedBelowWhatLiesOnIt() {
    discover(host, UUID.randomUUID().toString());
    discover(host, storage); // nothing of ours is in it
    inventory.onlyActive(host);
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    ledger.reserve(new JobId(made.id()), new InstanceId(made.targetId()));

    String found = UUID.randomUUID().toString();
    JobRow job = accept(host);
    assertThatThrownBy(() -> complete(job, host, found))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> {
              assertThat(failure.getType()).isEqualTo(FailureType.HOST_UNSUITABLE.name());
              assertThat(Failures.describe(failure).toString())
                  .contains(POOL, storage, found, made.targetName());
            });
    assertThat(shown()).extracting(HostBody.SharedPool::storage).containsExactly(storage);
    complete(job, host, storage); // it is mounted again
  }

  /** Else what is promised of it is forgotten, and it is promised again when it is back. */
  @Test
  void aPoolThatIsNotActiveIsKeptForAsLongAsSomethingLiesInIt() {
    discover(host, storage);
    inventory.onlyActive(host);
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    ledger.reserve(new JobId(made.id()), new InstanceId(made.targetId()));

    JobRow job = accept(host);
    assertThatThrownBy(() -> complete(job, host, List.of()))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> {
              assertThat(failure.getType()).isEqualTo(FailureType.HOST_UNSUITABLE.name());
              assertThat(Failures.describe(failure).toString())
                  .contains("pool default is not active, and instance " + made.targetName());
            });
    assertThat(shown()).extracting(HostBody.SharedPool::storage).containsExactly(storage);

    PoolFacts away = new PoolFacts(POOL, "/pool", 0, 0, false, null, null, true);
    assertThatThrownBy(() -> complete(job, host, List.of(away)))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure ->
                assertThat(Failures.describe(failure).toString())
                    .contains("pool default is not mounted, and instance " + made.targetName()));
    assertThat(database.daos().hosts().pools(host.id()))
        .extracting(PoolRow::capacityBytes)
        .containsExactly(1024 * Inventory.GIB);

    ledger.release(new InstanceId(made.targetId()));
    database.daos().instances().delete(made.targetId());
    complete(job, host, List.of(away));
    assertThat(shown()).isEmpty();
  }

  /** It was counted as long as the other one's transaction was not through. */
  @Test
  void norDoesAPoolGoInWhichSomethingIsJustPlaced() {
    discover(host, storage);
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    UUID instance = made.targetId();
    JobRow job = accept(host);

    CompletableFuture<Boolean> goes =
        LedgerTurn.during(
            POSTGRES,
            daos ->
                daos.reservations()
                    .insert(
                        new ReservationRow(
                            instance, made.id(), host.id(), POOL, 1, 512, 9, Inventory.now())),
            () -> {
              complete(job, host, List.of());
              return true;
            });

    assertThatThrownBy(goes::join).hasRootCauseInstanceOf(ApplicationFailure.class);
    assertThat(shown()).extracting(HostBody.SharedPool::storage).containsExactly(storage);
  }

  private void discover(HostRow discovered, String found) {
    complete(accept(discovered), discovered, found);
  }

  private JobRow accept(HostRow discovered) {
    return inventory.accept(
        JobKind.DISCOVER_HOST, TargetType.HOST, discovered.id(), discovered.name());
  }

  private void complete(JobRow job, HostRow discovered, String found) {
    PoolFacts pool =
        new PoolFacts(
            POOL,
            "/pool",
            1024 * Inventory.GIB,
            512 * Inventory.GIB,
            true,
            new SharedFolder(found, discovered.name()),
            null,
            false);
    complete(job, discovered, List.of(pool));
  }

  private void complete(JobRow job, HostRow discovered, List<PoolFacts> pools) {
    HostFacts facts = Inventory.facts(discovered.name(), 4, 4096);
    ledger.completeDiscovery(
        new JobId(job.id()),
        new HostId(discovered.id()),
        new HostFacts(
            facts.hostUuid(),
            facts.hostname(),
            facts.cpus(),
            facts.memoryMiB(),
            facts.cpuModel(),
            facts.libvirtVersion(),
            facts.qemuVersion(),
            facts.domainType(),
            pools),
        List.of());
  }

  private List<HostBody.SharedPool> shown() {
    return HostBody.of(
            database.daos().hosts().view(host.id()).orElseThrow(),
            List.of(),
            database.daos().hosts().sharersOf(List.of(host.id())),
            null)
        .sharedPools();
  }
}
