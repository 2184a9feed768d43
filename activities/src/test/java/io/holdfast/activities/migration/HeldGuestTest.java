package io.holdfast.activities.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.domain.DomainPower;
import io.holdfast.activities.domain.LibvirtDomainActivities;
import io.holdfast.activities.domain.RunningDomains;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.migration.overlay.MoveLimits;
import io.holdfast.activities.ownership.Books;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.SharedPools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.replication.backup.SentLeaves;
import io.holdfast.activities.still.Stills;
import io.holdfast.activities.volume.HostVolumes;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.config.LibvirtSettings;
import io.holdfast.config.LibvirtSettings.DomainType;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.MigratableDomain;
import io.holdfast.workflows.model.PowerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.Domain;

/** A guest that a round holds still is no guest that somebody paused, nor one left by a move. */
class HeldGuestTest {
  private static final InstanceId GUEST = Examples.INSTANCE;

  @TempDir Path folder;
  private final HostEvents events = new HostEvents();
  private final LibvirtConnection libvirt = TestHost.connect(events);
  private final KeyedLocks locks = new KeyedLocks();
  private final PoolRefresher refresher = new PoolRefresher(libvirt);
  private Stills stills;
  private HostMigrations migrations;

  @BeforeEach
  void open() throws IOException {
    TestHost.addPool(libvirt, folder);
    TestHost.define(libvirt, GUEST, "");
    TestHost.act(libvirt, GUEST, Domain::create);
    stills = new Stills(libvirt, locks, folder.resolve("stills"));
    Pools pools = new Pools(libvirt, (any, where) -> {});
    OwnershipBook owned = Books.in(folder);
    DomainPower power = new DomainPower(libvirt, events, owned, instance -> {});
    migrations =
        new HostMigrations(
            libvirt,
            events,
            pools,
            new SharedPools(pools, Set.of(), "alpha1"),
            refresher,
            locks,
            stills,
            new LibvirtDomainActivities(
                libvirt, power, owned, pools, () -> "test", locks, instance -> {}),
            new HostVolumes(
                pools, refresher, new StorageBackends(), locks, new RunningDomains(libvirt)),
            owned,
            new SentLeaves(folder.resolve("leaves")),
            new MoveLimits(folder.resolve("limits")),
            new LibvirtSettings("test:///default", DomainType.AUTO),
            null);
  }

  @AfterEach
  void close() {
    stills.close();
    refresher.close();
    libvirt.close();
  }

  @Test
  void aMoveWaitsUntilItGoesOn() throws Exception {
    stills.hold(GUEST, Consistency.CRASH);
    CompletableFuture<MigratableDomain> described =
        CompletableFuture.supplyAsync(() -> migrations.describeMigratable(GUEST));
    assertThatThrownBy(() -> described.get(1, TimeUnit.SECONDS))
        .isInstanceOf(TimeoutException.class);
    stills.release(GUEST);

    assertThat(described.get(30, TimeUnit.SECONDS).state()).isEqualTo(PowerState.RUNNING);
  }

  @Test
  void nobodyElseLetsItGo() throws IOException {
    stills.hold(GUEST, Consistency.CRASH);

    assertThatThrownBy(() -> migrations.resumeGuest(GUEST))
        .matches(refused -> Failures.typeOf(refused) == FailureType.MIGRATION_BUSY);
    assertThat(stills.release(GUEST)).isPresent();
  }

  @Test
  void whatAPersonPausedIsPaused() {
    TestHost.act(libvirt, GUEST, Domain::suspend);

    assertThat(migrations.describeMigratable(GUEST).state()).isEqualTo(PowerState.PAUSED);
  }
}
