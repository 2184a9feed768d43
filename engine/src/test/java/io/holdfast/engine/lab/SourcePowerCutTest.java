package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A power cut takes what counts the writes since the last point: the next round compares. */
@Tag("lab")
@Tag("long")
@SuppressWarnings("SystemOut") // the figures are what a person runs this for
class SourcePowerCutTest {
  private static final long MIB = 1 << 20;
  private static final long DATA = 256;
  private static final long CHANGED = 16;
  private static final Duration SEEN = Duration.ofMinutes(2);

  private final Api api = new Api();

  @Test
  void theNextRoundComparesByHashAndSendsOnlyWhatDiffers() {
    try (Guests guests = new Guests(api)) {
      Map<String, ?> disks = Map.of("disks", List.of(Map.of("sizeGiB", 1), Map.of("sizeGiB", 1)));
      String instance = ProtectedGuest.create(api, guests, disks);
      ResumeTest.fill(instance, DATA);
      try (ProtectedGuest guest = new ProtectedGuest(api, List.of(instance), 5)) {
        JsonNode first = guest.idle();
        Journal before = Journal.of(ProtectedGuest.SOURCE, instance);
        ResumeTest.fill(instance, CHANGED);
        Lab.powerOff(Lab.host(ProtectedGuest.SOURCE));
        Lab.powerOn(Lab.host(ProtectedGuest.SOURCE));
        awaitOff(instance);
        guest.power("start");
        Journal.of(ProtectedGuest.SOURCE, instance).assertContinues(before);

        long begun = ResumeTest.sent();
        api.succeeds(guest.replicate());
        long crossed = ResumeTest.sent() - begun;
        JsonNode second = guest.idle();
        System.out.printf(
            "%d MiB in all, %d KiB after the power cut; %d KiB crossed%n",
            wire(first) / MIB, wire(second) >> 10, crossed >> 10);
        for (JsonNode disk : second.path("disks")) {
          assertThat(Api.text(disk, "/changes")).describedAs("%s", disk).isEqualTo("HASHES");
          assertThat(disk.path("base")).isEqualTo(first.path("id"));
        }
        assertThat(wire(first)).isGreaterThan(DATA * MIB);
        assertThat(wire(second)).isBetween(CHANGED * MIB, 2 * CHANGED * MIB);
        assertThat(crossed).isLessThan(2 * CHANGED * MIB);

        guest.power("stop");
        api.succeeds(guest.replicate());
        JsonNode third = guest.idle();
        assertThat(wire(third)).isLessThan(CHANGED * MIB);
        guest.assertHasAllOf(third);
        guest.assertVerified();
      }
    }
  }

  private void awaitOff(String instance) {
    Awaitility.await("the guest to be shown as it is")
        .atMost(SEEN)
        .until(
            () -> Api.text(api.get("/v1/instances/" + instance).body(), "/state"),
            "STOPPED"::equals);
  }

  private static long wire(JsonNode point) {
    return point.at("/bytes/wire").asLong();
  }
}
