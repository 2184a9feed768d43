package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rounds whose target has no room; counted on the wire, which is the source's own interface. */
@Tag("lab")
@Tag("long")
@SuppressWarnings({"SystemOut", "try"}) // figures for a person; a limit that holds while it is open
class FullTargetTest {
  private static final long MIB = 1 << 20;
  private static final long DATA = 192;
  private static final long CHANGED = 64;
  private static final int LEFT = 24;
  private static final long MARK = 32;

  private final Api api = new Api();

  /** In a first sync, which is slowed down, so that the pool is full before it ends. */
  @Test
  void aRoundGoesOnFromItsLastMarkOnceThereIsRoom() {
    try (Guests guests = new Guests(api);
        SiteLimit limit = new SiteLimit(api, MARK)) {
      String instance = filled(guests);
      try (FullPool full = FullPool.afterAMark(instance, LEFT);
          ProtectedGuest guest = new ProtectedGuest(api, List.of(instance), 5)) {
        long begun = ResumeTest.sent();
        String round = guest.activeJob();
        String said = full(guest.blocked(round));
        System.out.println(said);
        assertThat(said).containsPattern("Pool fast has \\d+ bytes left");
        assertThat(guest.available()).isEmpty();
        Map<String, String> shown = guest.views(List.of("root", "disk1"));
        full.makeRoom();
        long resumed = ResumeTest.sent();
        guest.resume(round);
        JsonNode point = guest.idle();
        long ended = ResumeTest.sent();
        long needed = (long) (point.at("/bytes/wire").asLong() * ResumeTest.TRANSPORT);
        System.out.printf(
            "%d MiB crossed until the pool was full, %d once there was room; %d were needed%n",
            (resumed - begun) / MIB, (ended - resumed) / MIB, needed / MIB);
        assertThat(needed).isGreaterThan(DATA * MIB);
        assertThat(ended - resumed).isLessThan(needed - MARK * MIB);
        assertThat(ended - begun - needed).isLessThanOrEqualTo(2 * MARK * MIB);
        assertThat(guest.replicas(point)).isEqualTo(shown).hasSize(2);
        guest.assertVerified();
      }
    }
  }

  @Test
  void aRoundWithoutRoomIsRefusedBeforeItsFirstByte() {
    try (Guests guests = new Guests(api)) {
      String instance = filled(guests);
      try (ProtectedGuest guest = new ProtectedGuest(api, List.of(instance), 5)) {
        guest.idle();
        ResumeTest.fill(instance, CHANGED);
        String round;
        try (FullPool full = FullPool.but(ProtectedGuest.TARGET, LEFT)) {
          long before = ResumeTest.sent();
          round = guest.replicate();
          String said = full(guest.blocked(round));
          long crossed = ResumeTest.sent() - before;
          System.out.printf("%d KiB crossed: %s%n", crossed >> 10, said);
          assertThat(said)
              .containsPattern("Pool fast has \\d+ bytes left, the stream may need \\d+");
          assertThat(crossed).isLessThan(CHANGED * MIB / 4);
          assertThat(guest.available()).hasSize(1);
        }
        guest.resume(round);
        api.succeeds(round);
        JsonNode point = guest.idle();
        assertThat(Api.text(point, "/job")).isEqualTo(round);
        assertThat(point.at("/bytes/wire").asLong()).isBetween(CHANGED * MIB, 2 * CHANGED * MIB);
        guest.assertVerified();
      }
    }
  }

  private String filled(Guests guests) {
    Map<String, ?> disks = Map.of("disks", List.of(Map.of("sizeGiB", 1), Map.of("sizeGiB", 1)));
    String instance = ProtectedGuest.create(api, guests, disks);
    ResumeTest.fill(instance, DATA);
    return instance;
  }

  /** What a job says that asks for room. */
  private static String full(JsonNode job) {
    for (JsonNode step : job.path("steps")) {
      if (Api.text(step, "/error/code").equals("storage-full")) {
        return step.path("error").toString();
      }
    }
    throw new AssertionError("Nothing is full: " + job);
  }
}
