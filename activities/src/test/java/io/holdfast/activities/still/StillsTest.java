package io.holdfast.activities.still;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.PowerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.Domain;

/** A guest stands still for as long as somebody holds it, and then goes on. */
@SuppressWarnings("try") // a lock is held, not used
class StillsTest {
  private static final InstanceId GUEST = Examples.INSTANCE;

  @TempDir Path folder;
  private final LibvirtConnection libvirt = TestHost.connect(new HostEvents());

  @BeforeEach
  void start() {
    TestHost.define(libvirt, GUEST, "");
    TestHost.act(libvirt, GUEST, Domain::create);
  }

  @AfterEach
  void stop() {
    libvirt.close();
  }

  @Test
  void itStandsUntilItIsLetGo() throws IOException {
    try (Stills stills = new Stills(libvirt, new KeyedLocks(), folder)) {
      assertThat(stills.hold(GUEST, Consistency.CRASH)).isTrue();
      assertThat(state()).isEqualTo(PowerState.PAUSED);
      assertThat(stills.holds(GUEST)).isTrue();

      assertThat(stills.release(GUEST)).isPresent();
      assertThat(state()).isEqualTo(PowerState.RUNNING);
      assertThat(stills.holds(GUEST)).isFalse();
    }
  }

  /**
   * Another job of libvirt's was in the way: the suspend comes when nobody waits for it any more.
   */
  @Test
  void aSuspendThatComesTooLateIsTakenBack() throws IOException {
    CountDownLatch looked = new CountDownLatch(1);
    Standstill slow =
        new Standstill(libvirt) {
          @Override
          void suspend(InstanceId instance) {
            await().until(() -> looked.getCount() == 0);
            super.suspend(instance);
          }

          @Override
          void resume(InstanceId instance) {
            super.resume(instance);
            looked.countDown();
          }
        };
    try (Stills stills = new Stills(slow, new KeyedLocks(), folder, Duration.ofMillis(200))) {
      assertThatThrownBy(() -> stills.hold(GUEST, Consistency.CRASH))
          .isInstanceOf(IOException.class);
      assertThat(state()).isEqualTo(PowerState.RUNNING);
      assertThat(stills.holds(GUEST)).isFalse();
    }
  }

  /** What was opened meanwhile is not of one moment. */
  @Test
  void aGuestThatSomebodyElseLetGoHasNotStoodStill() throws IOException {
    try (Stills stills = new Stills(libvirt, new KeyedLocks(), folder)) {
      stills.hold(GUEST, Consistency.CRASH);
      TestHost.act(libvirt, GUEST, Domain::resume);

      assertThat(stills.release(GUEST)).isEmpty();
    }
  }

  /** Nobody asks the agent of a guest that cannot answer; it stays as it is. */
  @Test
  void aGuestThatIsPausedIsHeldByNobody() throws IOException {
    TestHost.act(libvirt, GUEST, Domain::suspend);
    try (Stills stills = new Stills(libvirt, new KeyedLocks(), folder)) {
      assertThat(stills.hold(GUEST, Consistency.APPLICATION)).isFalse();
      assertThatThrownBy(() -> stills.during(GUEST, Consistency.APPLICATION, () -> {}))
          .matches(refused -> Failures.typeOf(refused) == FailureType.SNAPSHOT_UNSUPPORTED);
      assertThat(state()).isEqualTo(PowerState.PAUSED);
    }
  }

  /** One whose note an earlier worker left, and whose lock is taken, keeps no other one waiting. */
  @Test
  void aBusyGuestKeepsNoOtherOneStandingStill() throws IOException {
    InstanceId busy = new InstanceId(UUID.randomUUID());
    KeyedLocks locks = new KeyedLocks();
    Files.writeString(folder.resolve(busy.toString()), Consistency.CRASH.name());
    Standstill guests = new Standstill(libvirt);
    try (KeyedLocks.Held held = locks.lock(busy);
        Stills stills = new Stills(guests, locks, folder, Duration.ofMillis(500))) {
      assertThat(stills.hold(GUEST, Consistency.CRASH)).isTrue();
      await().until(() -> state() == PowerState.RUNNING);
    }
  }

  private PowerState state() {
    return libvirt.call("Reading the state", session -> session.state(GUEST.value()));
  }
}
