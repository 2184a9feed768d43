package io.holdfast.activities.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.config.WatchdogSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file stands for the watchdog: it grows with each feed. */
class HostLeaseTest {
  private static final Duration FEEDS = Duration.ofSeconds(10);
  private static final int RESET_SECONDS = 4;
  private static final long HOUR = Duration.ofHours(1).toMillis();

  @TempDir Path folder;
  private Path device;

  @BeforeEach
  void make() throws IOException {
    device = Files.createFile(folder.resolve("watchdog"));
  }

  @Test
  void nothingIsArmedBeforeALeaseWasGiven() throws IOException {
    try (HostLease lease = lease()) {
      assertThat(lease.isKept()).isTrue();
      assertThat(device).isEmptyFile();
      lease.extend(HostLease.uptimeMillis() + HOUR);
      assertThat(device).hasSize(1); // by the time that the ledger's call has its answer
      await().atMost(FEEDS).untilAsserted(() -> assertThat(device).hasSize(3));
      assertThat(device).content().doesNotContain("V");
    }
  }

  @Test
  void aLeaseThatIsOverIsNotFedUntilItIsExtended() throws IOException {
    try (HostLease lease = lease()) {
      long second = HostLease.uptimeMillis() + 1_000;
      lease.extend(second);
      await().atMost(FEEDS).until(() -> HostLease.uptimeMillis() > second);
      long fed = Files.size(device);
      long later = second + 3_000;
      await().atMost(FEEDS).until(() -> HostLease.uptimeMillis() > later);
      assertThat(device).hasSize(fed);
      lease.extend(HostLease.uptimeMillis() + HOUR);
      await().atMost(FEEDS).untilAsserted(() -> assertThat(Files.size(device)).isGreaterThan(fed));
    }
  }

  /** A worker that was killed is started again: the watchdog would not wait for the ledger. */
  @Test
  void anotherWorkerOfTheSameBootFeedsOnAtOnce() throws IOException {
    try (HostLease first = lease()) {
      first.extend(HostLease.uptimeMillis() + HOUR);
    }
    Files.write(device, new byte[0]); // another writer begins at its begin
    try (HostLease second = lease()) {
      assertThat(device).hasSize(1);
      second.extend(HostLease.uptimeMillis()); // shortens nothing
      await().atMost(FEEDS).untilAsserted(() -> assertThat(device).hasSize(3));
    }
  }

  @Test
  void aHostWithoutAWatchdogHasNoLease() throws IOException {
    try (HostLease none = new HostLease(WatchdogSettings.NONE, folder)) {
      assertThat(none.isKept()).isFalse();
    }
  }

  private HostLease lease() throws IOException {
    return new HostLease(new WatchdogSettings(device.toString(), RESET_SECONDS), folder);
  }
}
