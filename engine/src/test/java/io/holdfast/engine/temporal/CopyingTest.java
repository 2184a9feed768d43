package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.core.RunningTransfer;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.model.StreamMark;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class CopyingTest {
  private final Copying copying = new Copying(Clock.fixed(at(100), ZoneOffset.UTC));

  @Test
  void sumsAllDisksAndWaitsForTheSlowest() {
    assertThat(copying.sum()).isEmpty();
    copying.add("send-disks", mark(50, 100, 5, 6, 7), at(90)); // 10 s for the other half
    copying.add("send-disks", mark(10, 40, 1, 2, 3), at(80)); // 20 s for a quarter
    assertThat(copying.sum())
        .contains(
            new RunningTransfer("send-disks", 60, 140L, 6L, 8L, 10L, null, null, null, null, 60L));
  }

  @Test
  void estimatesNothingWhileADiskHasNotBegun() {
    copying.add("send-disks", mark(50, 100, 5, 0, 0), at(90));
    copying.add("send-disks", mark(0, 40, 0, 0, 0), at(99));
    RunningTransfer sum = copying.sum().orElseThrow();
    assertThat(sum.diskTotalBytes()).isEqualTo(140);
    assertThat(sum.secondsLeft()).isNull();
  }

  @Test
  void aWorkerOfBeforeSaysNoSize() {
    copying.add("copy-disks", mark(50, 0, 5, 0, 0), at(90));
    RunningTransfer sum = copying.sum().orElseThrow();
    assertThat(sum.diskTotalBytes()).isNull();
    assertThat(sum.secondsLeft()).isNull();
  }

  private static StreamMark mark(long offset, long size, long wire, long zero, long same) {
    return new StreamMark(offset, size, new StreamCounts(offset, wire, zero, same));
  }

  private static Instant at(long second) {
    return Instant.ofEpochSecond(second);
  }
}
