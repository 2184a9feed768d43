package io.holdfast.workflows.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.model.StreamLimit.Window;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamLimitTest {
  private final StreamLimit limit =
      new StreamLimit(
          "far",
          "Europe/Berlin",
          20,
          List.of(
              new Window("08:00", "18:00", 5),
              new Window("22:00", "06:00", 0),
              new Window("12:00", "13:00", 7)));

  @Test
  void theFirstWindowThatIsOpenCounts() {
    assertThat(at("07:59:59")).isEqualTo(20);
    assertThat(at("08:00:00")).isEqualTo(5);
    assertThat(at("12:30:00")).isEqualTo(5);
    assertThat(at("18:00:00")).isEqualTo(20);
  }

  @Test
  void aWindowMayGoOverMidnight() {
    assertThat(at("21:59:59")).isEqualTo(20);
    assertThat(at("22:00:00")).isZero();
    assertThat(at("00:00:00")).isZero();
    assertThat(at("05:59:59")).isZero();
    assertThat(at("06:00:00")).isEqualTo(20);
  }

  /** In winter. */
  private long at(String berlin) {
    return limit.at(Instant.parse("2026-11-30T" + berlin + "Z").minusSeconds(3600));
  }
}
