package io.holdfast.engine.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrillPaceTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");

  @Test
  void aCronHasTheTimeOfItsZone() {
    DrillPace pace = DrillPace.ofCron("30 3 * * *", BERLIN);
    assertThat(pace.next(Instant.parse("2030-01-01T00:00:00Z")))
        .contains(Instant.parse("2030-01-01T02:30:00Z"));
    assertThat(pace.next(Instant.parse("2030-07-01T00:00:00Z")))
        .contains(Instant.parse("2030-07-01T01:30:00Z"));
  }

  /** 2030-03-31: 02:00 to 03:00 is left out; 2030-10-27: it comes twice. */
  @Test
  void anHourThatIsLeftOutHasNoDrillAndOneThatComesTwiceHasOne() {
    DrillPace pace = DrillPace.ofCron("30 2 * * *", BERLIN);
    assertThat(days(pace, "2030-03-30T12:00:00Z", 2))
        .containsExactly(Instant.parse("2030-04-01T00:30:00Z"));
    assertThat(days(pace, "2030-10-26T12:00:00Z", 2)).hasSize(2);
  }

  private static List<Instant> days(DrillPace pace, String from, int nights) {
    List<Instant> found = new ArrayList<>();
    Instant until = Instant.parse(from).plus(Duration.ofHours(24L * nights));
    for (Instant at = pace.next(Instant.parse(from)).orElseThrow();
        at.isBefore(until);
        at = pace.next(at).orElseThrow()) {
      found.add(at);
    }
    return found;
  }

  @Test
  void whatIsNoCronOrNeverComesIsSaid() {
    assertThatThrownBy(() -> DrillPace.ofCron("61 * * * *", UTC))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DrillPace.ofCron("at night", UTC))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(DrillPace.ofCron("0 0 31 2 *", UTC).next(NOON)).isEmpty();
  }

  @Test
  void everyCountsFromItsAnchor() {
    DrillPace pace = DrillPace.ofEvery(HOUR, NOON);
    assertThat(pace.next(NOON.minusSeconds(1))).contains(NOON);
    assertThat(pace.next(NOON.minus(Duration.ofDays(3)))).contains(NOON);
    assertThat(pace.next(NOON)).contains(NOON.plus(HOUR));
    assertThat(pace.next(NOON.plusSeconds(5400))).contains(NOON.plus(HOUR.multipliedBy(2)));
  }

  @Test
  void ofWhatFellDueTheNewestBeginsUnlessItIsTooLate() {
    DrillPace pace = DrillPace.ofEvery(Duration.ofMinutes(30), NOON);
    assertThat(pace.due(NOON, NOON, HOUR)).isEqualTo(new DrillPace.Due(NOON, 0, null));
    Instant later = NOON.plusSeconds(4_000);
    assertThat(pace.due(NOON, later, HOUR))
        .isEqualTo(new DrillPace.Due(NOON.plusSeconds(3_600), 2, NOON.plusSeconds(1_800)));
    DrillPace daily = DrillPace.ofEvery(Duration.ofDays(1), NOON);
    assertThat(daily.due(NOON, NOON.plusSeconds(3_600), HOUR).begins()).isEqualTo(NOON);
    assertThat(daily.due(NOON, NOON.plusSeconds(3_601), HOUR))
        .isEqualTo(new DrillPace.Due(null, 1, NOON));
  }

  @Test
  void aLongOutageIsNotCountedForEver() {
    DrillPace pace = DrillPace.ofCron("* * * * *", UTC);
    Instant now = NOON.plus(Duration.ofDays(30)).plusSeconds(1);
    DrillPace.Due due = pace.due(NOON, now, HOUR);
    assertThat(due.begins()).isEqualTo(now.minusSeconds(1));
    assertThat(due.missed()).isEqualTo(1_000);
  }
}
