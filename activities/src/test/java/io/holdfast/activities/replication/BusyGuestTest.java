package io.holdfast.activities.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.ownership.Books;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.replication.backup.HostBackups;
import io.holdfast.activities.replication.backup.StoppedViews;
import io.holdfast.activities.replication.stream.Bandwidth;
import io.holdfast.activities.replication.stream.DiskSender;
import io.holdfast.activities.still.Stills;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.RecoveryPointId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.Domain;

/** Rounds of a guest that another call works on, for as long as that takes: a stop's grace, say. */
@SuppressWarnings("try") // a lock is held, not used
class BusyGuestTest {
  private static final InstanceId GUEST = Examples.INSTANCE;
  private static final BackupOrder ORDER =
      new BackupOrder(GUEST, new RecoveryPointId(UUID.randomUUID()), null);

  @TempDir Path folder;
  private final LibvirtConnection libvirt = TestHost.connect(new HostEvents());
  private final KeyedLocks locks = new KeyedLocks();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Stills stills;
  private HostBackups backups;

  @BeforeEach
  void open() throws IOException {
    TestHost.define(libvirt, GUEST, "");
    TestHost.act(libvirt, GUEST, Domain::create);
    stills = new Stills(libvirt, locks, folder.resolve("stills"));
    Path state = folder.resolve("backups");
    DiskSender sender = new DiskSender(new Bandwidth(0), threads);
    StoppedViews stopped = new StoppedViews(state);
    OwnershipBook owned = Books.in(folder);
    backups = new HostBackups(libvirt, locks, owned, stills, state, stopped, null, sender);
  }

  @AfterEach
  void close() {
    stills.close();
    threads.shutdownNow();
    libvirt.close();
  }

  /** All other guests of its group stand still for as long as this one is waited for. */
  @Test
  void itIsSoonSaidToBeBusy() {
    try (KeyedLocks.Held busy = locks.lock(GUEST)) {
      assertBusy(() -> backups.holdGuest(ORDER, Consistency.CRASH));
      assertBusy(() -> backups.openBackup(ORDER));
      assertBusy(() -> backups.closeBackup(ORDER, true));
    }
  }

  /** Long before the time is over for which a guest may be held. */
  @Test
  void itGoesOnAlthoughItIsBusy() throws IOException {
    stills.hold(GUEST, Consistency.CRASH);
    assertThat(state()).isEqualTo(PowerState.PAUSED);

    try (KeyedLocks.Held busy = locks.lock(GUEST)) {
      assertBusy(() -> backups.releaseGuest(GUEST));
      await().until(() -> state() == PowerState.RUNNING);
      assertThat(stills.holds(GUEST)).isFalse();
    }
  }

  /** A snapshot of it has it stand still by itself, and would be of no one moment. */
  @Test
  void whatIsBusyHasItStandStillForAsLongAsItTakes() throws IOException {
    try (KeyedLocks.Held busy = locks.lock(GUEST)) {
      long still =
          stills.during(
              GUEST,
              Consistency.CRASH,
              () -> {
                assertBusy(() -> backups.releaseGuest(GUEST));
                await()
                    .during(1500, TimeUnit.MILLISECONDS)
                    .until(() -> state() == PowerState.PAUSED);
              });
      assertThat(still).isPositive();
    }
  }

  /** As a call of another thread. */
  private void assertBusy(Runnable call) {
    assertThatThrownBy(() -> CompletableFuture.runAsync(call, threads).get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .matches(busy -> Failures.typeOf(busy) == FailureType.DISKS_BUSY);
  }

  private PowerState state() {
    return libvirt.call("Reading the state", session -> session.state(GUEST.value()));
  }
}
