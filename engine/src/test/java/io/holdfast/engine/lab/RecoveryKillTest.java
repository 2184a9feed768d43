package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A failover goes on whatever dies on the way, and never lets two guests have one role. */
@Tag("lab")
@SuppressWarnings("SystemOut") // what was killed when is what a person wants when it fails
class RecoveryKillTest {
  private static final int LONGEST_PAUSE_MILLIS = 4_000;

  private final Api api = new Api();

  @Test
  void everyProcessIsKilledOnceAndTheRunEndsCompleted() {
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      guest.idle();
      RecoveryPlans plan = new RecoveryPlans(api, guest.instance());
      String source = guest.instance();
      JsonNode run;
      try (OwnerSampler sampler = new OwnerSampler(source)) {
        String job = plan.begin("failover", Map.of());
        killAll(new Random(Seed.VALUE));
        run = plan.completedWithResumes(job);
        sampler.also(Api.text(run, "/instances/0/instance"));
      }
      String owner = Api.text(run, "/instances/0/instance");
      guests.adopt(owner);
      assertThat(Api.text(guests.assertOneOf(owner), "/host")).isEqualTo(ProtectedGuest.TARGET);
      assertThat(run.path("fencing").findValuesAsText("proof"))
          .isNotEmpty()
          .containsOnly("HOST_CONFIRMED");
      assertThat(Lab.on(Lab.host(ProtectedGuest.SOURCE), "virsh", "-q", "domstate", source))
          .containsExactly("shut off");
      plan.remove();
    }
  }

  /** One after the other, so that each moment meets a run that goes on. */
  private static void killAll(Random random) {
    List<String> victims =
        new ArrayList<>(
            List.of(
                "engine",
                "temporal",
                "postgres",
                "worker-" + ProtectedGuest.TARGET,
                "worker-" + ProtectedGuest.SOURCE,
                "libvirtd-" + ProtectedGuest.TARGET));
    Collections.shuffle(victims, random);
    for (String victim : victims) {
      int pause = random.nextInt(LONGEST_PAUSE_MILLIS);
      long until = System.nanoTime() + Duration.ofMillis(pause).toNanos();
      Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> System.nanoTime() >= until);
      System.out.printf("%d ms later: %s (seed %d)%n", pause, victim, Seed.VALUE);
      Lab.kill(victim);
      Lab.start(victim);
    }
  }
}
