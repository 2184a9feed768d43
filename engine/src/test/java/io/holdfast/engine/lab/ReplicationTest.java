package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Recovery points of a real guest at another site. */
@Tag("lab")
@SuppressWarnings("try") // a limit is held, not used
class ReplicationTest {
  private final Api api = new Api();

  @Test
  void aPointIsTheDiskOfItsMoment() {
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      guest.activeJob();
      JsonNode first = guest.idle();
      assertChanges(first, "FULL");
      api.succeeds(guest.replicate());
      JsonNode second = guest.idle();
      assertChanges(second, "BITMAP");
      assertThat(wire(second)).isPositive().isLessThan(wire(first));

      guest.power("stop");
      api.succeeds(guest.replicate());
      JsonNode third = guest.idle();
      guest.assertHasAllOf(third);
      JsonNode shown = guest.shown();
      assertThat(Api.text(shown, "/restorablePoint")).isEqualTo(Api.text(third, "/id"));
      assertThat(Api.text(shown, "/replication")).isEqualTo("IDLE");
      JsonNode instance = api.get("/v1/instances/" + guest.instance()).body();
      assertThat(Api.text(instance, "/protection/state")).isEqualTo("PROTECTED");
      guest.assertVerified();
    }
  }

  /** Each host of the source's site gets an equal part. */
  @Test
  void aRoundKeepsToTheLimitBetweenItsSites() {
    try (SiteLimit limit = new SiteLimit(api, 2);
        Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      JsonNode round = api.succeeds(guest.activeJob());
      long wire = wire(guest.idle());

      assertThat(seconds(round, "send-disks")).isGreaterThan(0.9 * wire / (2 << 20));
    }
  }

  private static double seconds(JsonNode job, String step) {
    for (JsonNode each : job.path("steps")) {
      if (Api.text(each, "/name").equals(step)) {
        Instant began = Instant.parse(Api.text(each, "/startedAt"));
        return Duration.between(began, Instant.parse(Api.text(each, "/endedAt"))).toMillis() / 1e3;
      }
    }
    throw new AssertionError("No step " + step + " in " + job);
  }

  private static void assertChanges(JsonNode point, String expected) {
    assertThat(point.path("disks")).isNotEmpty();
    for (JsonNode disk : point.path("disks")) {
      assertThat(Api.text(disk, "/changes")).describedAs("%s", disk).isEqualTo(expected);
    }
  }

  private static long wire(JsonNode point) {
    return point.at("/bytes/wire").asLong();
  }
}
