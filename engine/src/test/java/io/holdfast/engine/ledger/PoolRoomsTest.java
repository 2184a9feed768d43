package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.PlacementSettings;
import io.holdfast.engine.api.HostBody;
import io.holdfast.engine.api.HostBody.PoolState;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PoolRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.VolumeReservationRow;
import io.holdfast.engine.placement.HostCapacity;
import io.holdfast.engine.placement.PlacementPlan;
import io.holdfast.engine.placement.PoolCapacity;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.CensusTicket;
import io.holdfast.workflows.model.HostCensus;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationMode;
import io.holdfast.workflows.model.PoolRoom;
import io.temporal.failure.ApplicationFailure;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is promised of pools of which several have one room, and what else is taken of it. */
class PoolRoomsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final long TIB = 1024 * Inventory.GIB;

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final SiteRow site = inventory.site();
  private final HostRow host = inventory.host(site, 4, 4096);
  private final LedgerActivitiesImpl ledger =
      new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), Clock.systemUTC());

  @BeforeEach
  void alone() {
    inventory.onlyActive(host);
    addPool(host, "slow", null);
  }

  @Test
  void poolsOnOneFileSystemAreNotPromisedItTwice() {
    reserve();
    assertThat(freeGiB("default")).isEqualTo(2046);
    assertThat(freeGiB("slow")).isEqualTo(2048);

    census(room("default", "8:1", 50), room("slow", "8:1", 50));
    assertThat(freeGiB("default")).isEqualTo(2046);
    assertThat(freeGiB("slow")).isEqualTo(2046);
    census(room("default", "8:1", 50), room("slow", "8:2", 50));
    assertThat(freeGiB("slow")).isEqualTo(2048);
  }

  /** Of another host the same number means nothing; but what is shared is on one file system. */
  @Test
  void whatLiesBesideSharedStorageIsPartOfItsRoom() {
    HostRow other = inventory.host(site, 4, 4096);
    addPool(host, "common", "storage-" + host.name());
    addPool(other, "common", "storage-" + host.name());
    census(room("common", "0:40", 50), room("slow", "0:40", 50), room("default", "8:1", 50));
    take(other, new PoolRoom("default", "8:1", TIB, TIB));
    reserve(); // in default, which is the host's own

    assertThat(freeGiB("slow")).isEqualTo(2048);
    assertThat(freeGiB(other, "default")).isEqualTo(2048);
    database
        .daos()
        .volumeReservations()
        .insert(
            new VolumeReservationRow(
                volume(), UUID.randomUUID(), other.id(), "common", TIB, Inventory.now()));
    assertThat(freeGiB("common")).isEqualTo(1024);
    assertThat(freeGiB("slow")).isEqualTo(1024);
    assertThat(freeGiB("default")).isEqualTo(2046);
  }

  @Test
  void nothingNewGoesWhereOthersHaveTakenTheRoom() {
    census(room("default", "8:1", 90), room("slow", "8:2", 95));
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    assertThatThrownBy(() -> reserve(made))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            refused ->
                assertThat(Failures.describe(refused).toString())
                    .contains(host.name() + ": DISK_FULL: of pool default 90 % are taken"));
    census(room("default", "8:1", 89), room("slow", "8:2", 95));
    reserve(made);
    census(room("default", "8:1", 99), room("slow", "8:2", 99));
    reserve(made); // it has its claim
  }

  /** Its disks are clones of what lies there, and the pool that is nearly full is all there is. */
  @Test
  void whatIsRecoveredGoesThereAllTheSame() {
    census(room("default", "8:1", 99), PoolRoom.away("slow"));
    assertThat(pools(database).of(host.id())).allMatch(pool -> closed(pool) != PoolState.OPEN);
    List<HostCapacity> forRecovery =
        database.reading(daos -> Claims.regardlessOfUse(daos).capacities());
    assertThat(forRecovery)
        .filteredOn(one -> one.id().equals(host.id()))
        .flatExtracting(HostCapacity::pools)
        .hasSize(2)
        .allMatch(pool -> pool.use() == null);
  }

  /** Its claim is given back for its move; what others took meanwhile is no reason against it. */
  @Test
  void aMoveThatWasPlannedKeepsItsPlace() {
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    reserve(made);
    HostRow other = inventory.host(site, 4, 4096);
    take(other, room("default", "8:1", 95));
    MigrationLimits limits = new MigrationLimits(0, 300, false);
    ObjectNode asked = MigrationRequests.of(other.id(), null, MigrationMode.AUTO, limits, 60);
    assertThat(planned(made, asked).chosen()).isEmpty();
    ObjectNode ofOne = EvacuationRequests.ofMove(asked, other.id(), true, UUID.randomUUID());
    assertThat(planned(made, ofOne).chosen()).isPresent();
  }

  private PlacementPlan planned(JobRow made, ObjectNode request) {
    JobRow move =
        JobRow.pending(
            UUID.randomUUID(),
            JobKind.MIGRATE_INSTANCE,
            TargetType.INSTANCE,
            made.targetId(),
            made.targetName(),
            request,
            "tester",
            Inventory.now());
    return database.inTransaction(
        daos ->
            MigrationLedgerActivitiesImpl.plan(
                daos, move, daos.instances().findById(made.targetId()).orElseThrow()));
  }

  @Test
  void howFullIsASetting() {
    census(room("default", "8:1", 95), PoolRoom.away("slow"));
    Database whatever = new Database(POSTGRES.dataSource(), new PlacementSettings(16, 2, 100));
    assertThat(shown(whatever))
        .extracting(HostBody.Pool::state)
        .containsExactly(PoolState.OPEN, PoolState.NOT_MOUNTED);
  }

  @Test
  void eachPoolIsShownWithAllOfItsRoom() {
    reserve();
    assertThat(shown(database))
        .containsExactly(
            new HostBody.Pool(
                "default",
                TIB,
                null,
                2 * Inventory.GIB,
                2 * TIB - 2 * Inventory.GIB,
                PoolState.OPEN),
            new HostBody.Pool("slow", TIB, null, 0, 2 * TIB, PoolState.OPEN));
    census(room("default", "8:1", 92), PoolRoom.away("slow"));
    assertThat(shown(database))
        .extracting(HostBody.Pool::state)
        .containsExactly(PoolState.FULL, PoolState.NOT_MOUNTED);
    assertThat(shown(database).get(0).freeBytes()).isEqualTo(TIB - TIB / 100 * 92);
  }

  private static PoolState closed(PoolCapacity pool) {
    return pool.use() != null && pool.use().isFull() ? PoolState.FULL : PoolState.OPEN;
  }

  private List<HostBody.Pool> shown(Database asked) {
    return HostBody.of(
            asked.daos().hosts().view(host.id()).orElseThrow(),
            pools(asked).of(host.id()),
            List.of(),
            null)
        .pools();
  }

  private static PoolRooms pools(Database asked) {
    return asked.reading(PoolRooms::of);
  }

  private long freeGiB(String pool) {
    return freeGiB(host, pool);
  }

  private long freeGiB(HostRow of, String pool) {
    return pools(database).of(of.id()).stream()
            .filter(one -> one.name().equals(pool))
            .mapToLong(PoolCapacity::freeBytes)
            .sum()
        / Inventory.GIB;
  }

  private void reserve() {
    reserve(inventory.instance(inventory.image(ImageState.AVAILABLE), List.of()));
  }

  private void reserve(JobRow made) {
    ledger.reserve(new JobId(made.id()), new InstanceId(made.targetId()));
  }

  private UUID volume() {
    UUID instance = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of()).targetId();
    UUID volume = inventory.attached(instance, host, "default", 1).id();
    database.daos().volumeReservations().delete(volume);
    return volume;
  }

  private static PoolRoom room(String pool, String fileSystem, int percent) {
    return new PoolRoom(pool, fileSystem, TIB, TIB - TIB / 100 * percent);
  }

  private void census(PoolRoom... rooms) {
    take(host, rooms);
  }

  private void take(HostRow of, PoolRoom... rooms) {
    new CensusLedgerActivitiesImpl(database, Clock.systemUTC())
        .recordCensus(
            new HostId(of.id()),
            new CensusTicket("", System.currentTimeMillis()),
            new HostCensus("digest", List.of(), List.of(rooms)));
  }

  private void addPool(HostRow of, String name, @Nullable String storage) {
    database.daos().hosts().putPool(new PoolRow(of.id(), name, "/" + name, TIB, false, storage));
  }
}
