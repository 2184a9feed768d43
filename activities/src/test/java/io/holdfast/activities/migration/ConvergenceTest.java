package io.holdfast.activities.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.libvirt.DomainJob;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** By libvirt's statistics of a job, as virsh domjobinfo gives them. */
class ConvergenceTest {
  private static final long MIB = 1 << 20;

  private final Convergence convergence = new Convergence();

  @Test
  void aGuestThatWritesLessThanTheLinkTakesIsWaitedFor() {
    long left = 4096 * MIB;
    for (int round = 1; round < 200; round++) {
      assertThat(looks(round, left, 0)).isFalse();
      left = left * 99 / 100;
    }
  }

  /** As while the overlays are mirrored, which comes first. */
  @Test
  void whatIsLeftBeforeTheFirstRoundSaysNothing() {
    assertThat(looks(0, 0, 0)).isFalse();
    for (int round = 1; round < 60; round++) {
      assertThat(looks(round, (900 - 10 * round) * MIB, 99)).isFalse();
    }
  }

  @Test
  void aGuestThatIsStillBeingSlowedDownIsWaitedFor() {
    for (int round = 1; round < 40; round++) {
      assertThat(looks(round, 900 * MIB, Math.min(98, 20 + round * 2))).isFalse();
    }
  }

  @Test
  void oneThatWritesOnAtItsSlowestIsGivenUp() {
    for (int round = 1; round <= 8; round++) {
      assertThat(looks(round, 900 * MIB, 99)).isFalse();
    }
    assertThat(looks(9, 905 * MIB, 99)).isTrue();
  }

  @Test
  void oneThatGetsLessNowAndThenIsWaitedFor() {
    for (int round = 1; round < 80; round++) {
      assertThat(looks(round, (900 - round / 7) * MIB, 99)).isFalse();
    }
  }

  @Test
  void oneThatNobodySlowsDownIsGivenUpInTheEnd() {
    for (int round = 1; round <= 100; round++) {
      assertThat(looks(round, 900 * MIB, 0)).isFalse();
    }
    assertThat(looks(101, 900 * MIB, 0)).isTrue();
  }

  /** Within a round what is left falls to nothing, and says nothing. */
  @Test
  void manyLooksAtOneRoundAreOne() {
    for (int look = 0; look < 500; look++) {
      assertThat(looks(3, (900 - look) * MIB, 99)).isFalse();
    }
  }

  @Test
  void whatItMayUseHasChanged() {
    for (int round = 1; round <= 8; round++) {
      assertThat(looks(round, 900 * MIB, 99)).isFalse();
    }
    convergence.beginAgain();
    for (int round = 9; round <= 16; round++) {
      assertThat(looks(round, 900 * MIB, 99)).isFalse();
    }
    assertThat(looks(17, 900 * MIB, 99)).isTrue();
  }

  @Test
  void anEmulatedGuestThatStandsStillIsWaitedFor() {
    for (int look = 0; look < 500; look++) {
      assertThat(convergence.isHopeless(job(1, 600 * MIB, 0))).isFalse();
    }
  }

  @Test
  void saysWhatIsWrittenAndWhatGoesOver() {
    assertThat(Convergence.describe(job(12, 900 * MIB, 99)))
        .isEqualTo(
            "The guest writes 812 MiB/s, slowed down by 99 %, and 117 MiB/s go over:"
                + " after 12 rounds what is left is no less");
  }

  private boolean looks(long round, long left, long slowed) {
    boolean first = convergence.isHopeless(job(round, left, slowed));
    assertThat(convergence.isHopeless(job(round, left / 2, slowed))).isEqualTo(first);
    return first;
  }

  private static DomainJob job(long round, long left, long slowed) {
    return new DomainJob(
        DomainJob.Kind.MIGRATION_OUT,
        Map.of(
            "operation",
            5L,
            "memory_iteration",
            round,
            "memory_remaining",
            left,
            "memory_dirty_rate",
            812L * 256,
            "memory_page_size",
            4096L,
            "memory_bps",
            117 * MIB,
            "auto_converge_throttle",
            slowed));
  }
}
