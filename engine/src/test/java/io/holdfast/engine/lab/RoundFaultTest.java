package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Whoever dies at a random moment of a first sync and of a delta: the group comes back to IDLE by
 * itself, every point that is available is right, and the next one is the disk as it is. Only when
 * the moment that a round was to keep is lost with its guest, that round fails, and another one
 * follows by itself. A random sample runs for about a minute; {@code FAULT_CELLS=all} runs all.
 * {@code HOLDFAST_SEED} or {@code -Dseed} repeats a run.
 */
@Tag("lab")
@SuppressWarnings("SystemOut") // the seed is what a person needs to see it again
class RoundFaultTest {
  private static final Duration SAMPLE = Duration.ofSeconds(40);
  private static final int LATEST_MILLIS = 2_000;

  private final Api api = new Api();
  private final Random random = new Random(Seed.VALUE);

  @TestFactory
  Stream<DynamicTest> aGroupComesBackByItself() {
    List<RoundVictim> victims = Arrays.asList(RoundVictim.values());
    Collections.shuffle(victims, random);
    long end = System.nanoTime() + SAMPLE.toNanos();
    boolean all = "all".equals(System.getenv("FAULT_CELLS"));
    return victims.stream()
        .takeWhile(victim -> all || System.nanoTime() < end)
        .map(victim -> DynamicTest.dynamicTest(victim.name(), () -> comesBack(victim)));
  }

  private void comesBack(RoundVictim victim) {
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      ends(guest, guest.activeJob(), victim, "first sync");
      if (victim.stopsTheGuest()) {
        guest.power("start");
      }
      ends(guest, guest.replicate(), victim, "delta");
      guest.assertVerified();
      if (!victim.stopsTheGuest()) {
        guest.power("stop");
      }
      api.succeeds(guest.replicate());
      guest.assertHasAllOf(guest.idle());
    }
  }

  private void ends(ProtectedGuest guest, String job, RoundVictim victim, String round) {
    int moment = random.nextInt(LATEST_MILLIS);
    long until = System.nanoTime() + Duration.ofMillis(moment).toNanos();
    Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> System.nanoTime() >= until);
    victim.strike(guest.instance());
    JsonNode ended = api.ends(job, ProtectedGuest.ROUND_ENDS);
    System.out.printf(
        "%-15s in the %-10s at %4d ms: %s, %d points (seed %d)%n",
        victim, round, moment, Api.text(ended, "/state"), guest.available().size(), Seed.VALUE);
    if (victim.stopsTheGuest() && Api.text(ended, "/state").equals("FAILED")) {
      assertThat(Api.text(ended, "/error/code")).isEqualTo("backup-lost");
      api.succeeds(guest.activeJob());
    } else {
      assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
    }
    guest.idle();
    assertThat(Api.text(guest.shown(), "/replication")).isEqualTo("IDLE");
  }
}
