package io.holdfast.engine.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.model.ComputeSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadroomTest {
  @ParameterizedTest
  @CsvSource({
    "1, 128, 4, 128",
    "2, 2048, 8, 2048",
    "4, 4096, 16, 16384",
    "32, 131072, 64, 262144",
    "128, 524288, 128, 524288",
  })
  void whatNobodySaidCostsTheGuestNothing(int vcpus, int memory, int maxVcpus, int maxMemory) {
    assertThat(Headroom.of(size(vcpus, memory))).isEqualTo(size(maxVcpus, maxMemory));
  }

  @Test
  void aSizeThatFitsKeepsTheLimit() {
    assertThat(Headroom.after(size(4, 1024), size(2, 512), null, null)).isEqualTo(size(4, 1024));
    assertThat(Headroom.after(size(4, 1024), size(6, 512), null, null)).isEqualTo(size(24, 1024));
    assertThat(Headroom.after(size(4, 1024), size(2, 128), null, null)).isEqualTo(size(4, 128));
    assertThat(Headroom.after(null, size(2, 512), null, null)).isEqualTo(size(8, 512));
    assertThat(Headroom.after(null, size(2, 512), 3, 1024)).isEqualTo(size(3, 1024));
  }

  @Test
  void growthWithinTheLimitNeedsNoRestart() {
    ComputeSize limit = size(4, 1024);
    assertThat(Headroom.obstacles(size(1, 512), limit, size(4, 1024), limit)).isEmpty();
    assertThat(Headroom.obstacles(size(1, 512), limit, size(1, 512), limit)).isEmpty();
  }

  @Test
  void allElseDoesAndSaysWhy() {
    ComputeSize old = size(4, 1024);
    assertThat(Headroom.obstacles(size(2, 512), old, size(1, 640), old))
        .containsExactly("a guest that runs only grows");
    assertThat(Headroom.obstacles(size(1, 512), old, size(5, 2048), size(20, 2048)))
        .containsExactly(
            "maxVcpus of what runs is 4, and 5 are asked for",
            "maxMemoryMiB of what runs is 1024, and 2048 are asked for");
    assertThat(Headroom.obstacles(size(1, 512), old, size(1, 576), old))
        .containsExactly("memory grows in steps of 128 MiB, and 64 are asked for");
    assertThat(Headroom.obstacles(size(1, 512), old, size(2, 512), size(8, 1024)))
        .containsExactly("maxVcpus and maxMemoryMiB change with a restart only");
    assertThat(Headroom.obstacles(size(1, 512), null, size(2, 512), size(8, 512)))
        .containsExactly("it was started without room to grow; it gets some with the restart");
  }

  private static ComputeSize size(int vcpus, int memoryMiB) {
    return new ComputeSize(vcpus, memoryMiB);
  }
}
