package io.holdfast.engine.protection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RoundPaceTest {
  private static final Duration RPO = Duration.ofMinutes(1);
  private static final Instant DUE = Instant.parse("2030-01-01T00:00:00Z");
  private static final UUID GROUP = new UUID(1, 2);

  @Test
  void aRoundThatBeganLateDoesNotShiftThePace() {
    assertThat(RoundPace.next(GROUP, RPO, DUE, false, DUE.plusMillis(400)))
        .isEqualTo(DUE.plus(RPO));
  }

  @Test
  void anOutageIsMadeUpForByOneRound() {
    Instant now = DUE.plus(RPO.multipliedBy(9));
    assertThat(RoundPace.next(GROUP, RPO, DUE, false, now)).isEqualTo(now.plus(RPO));
  }

  @Test
  void aRoundThatAPersonAskedForIsOneOfThePace() {
    Instant now = DUE.minusSeconds(30);
    assertThat(RoundPace.next(GROUP, RPO, DUE, false, now)).isEqualTo(now.plus(RPO));
  }

  @Test
  void theSecondRoundsOfManyGroupsLieApartAndNoneIsLate() {
    Set<Instant> moments = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      Instant next = RoundPace.next(UUID.randomUUID(), RPO, DUE, true, DUE);
      assertThat(next).isAfter(DUE.plusSeconds(53)).isBeforeOrEqualTo(DUE.plus(RPO));
      moments.add(next);
    }
    assertThat(moments).hasSizeGreaterThan(80);
  }
}
