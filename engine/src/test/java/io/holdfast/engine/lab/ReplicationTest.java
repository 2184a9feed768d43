package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Recovery points of a real guest at another site. */
@Tag("lab")
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
