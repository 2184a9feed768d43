package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What proves that the protected site does not run a guest, and what it finds when it is back. */
@Tag("lab")
class FencingTest {
  private static final String HERE = ProtectedGuest.SOURCE;
  private static final Duration TOLD = Duration.ofMinutes(2);

  private final Api api = new Api();

  /** A person says that it is off, and it is not. */
  @Test
  void aSiteThatRanOnWhileItWasCutOffIsReportedAndNothingThereIsLost() {
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      guest.idle();
      RecoveryPlans plan = new RecoveryPlans(api, guest.instance());
      Lab.Host here = Lab.host(HERE);
      Lab.link(HERE, "down");
      try {
        Map<String, ?> word = Map.of("proof", "OPERATOR", "reason", "I believe it burns");
        JsonNode run = plan.completed(plan.begin("failover", Map.of("fencing", word)));
        guests.adopt(Api.text(run, "/instances/0/instance"));
        assertThat(state(here, guest.instance())).isEqualTo("running");
      } finally {
        Lab.link(HERE, "up");
      }
      JsonNode copy =
          Awaitility.await("the report")
              .atMost(TOLD)
              .pollInterval(Duration.ofMillis(500))
              .until(
                  () -> api.get("/v1/instances/" + guest.instance()).body(),
                  seen -> "SPLIT_BRAIN_SUSPECTED".equals(Api.text(seen, "/state")));
      assertThat(Api.text(copy, "/fencing/state")).isEqualTo("FENCED");
      assertThat(Api.text(copy, "/fencing/powerState")).isEqualTo("RUNNING");
      assertThat(state(here, guest.instance())).isEqualTo("paused");
      assertThat(Lab.volumes(List.of(guest.instance())))
          .anyMatch(file -> file.startsWith(HERE + " "));
      Lab.on(here, "virsh", "destroy", guest.instance());
      assertThat(Lab.refused(here, "virsh", "start", guest.instance()))
          .contains("was recovered elsewhere");
      plan.remove();
    }
  }

  /** A person says that it is off, and it answers: it is asked, and two never run. */
  @Test
  void aWordAboutAHostThatAnswersIsCheckedWithIt() {
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      guest.idle();
      RecoveryPlans plan = new RecoveryPlans(api, guest.instance());
      JsonNode run;
      try (OwnerSampler sampler = new OwnerSampler(guest.instance())) {
        Map<String, ?> word = Map.of("proof", "OPERATOR", "reason", "I mean the other host");
        run = plan.completed(plan.begin("failover", Map.of("fencing", word)));
        sampler.also(Api.text(run, "/instances/0/instance"));
      }
      guests.adopt(Api.text(run, "/instances/0/instance"));
      assertThat(run.path("fencing").findValuesAsText("proof"))
          .containsExactlyInAnyOrder("OPERATOR", "HOST_CONFIRMED");
      assertThat(run.path("fencing").findValuesAsText("reason"))
          .anyMatch(reason -> reason.contains("its domain was RUNNING, and is kept off"));
      assertThat(state(Lab.host(HERE), guest.instance())).isEqualTo("shut off");
      assertThat(Api.text(api.get("/v1/instances/" + guest.instance()).body(), "/state"))
          .isEqualTo("RECOVERED");
      plan.remove();
    }
  }

  /** Its worker answers: it is asked, and nobody else is. */
  @Test
  void aHostThatAnswersSwitchesTheGuestOffItself() {
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      guest.idle();
      RecoveryPlans plan = new RecoveryPlans(api, guest.instance());
      JsonNode run = plan.completed(plan.begin("failover", Map.of()));
      guests.adopt(Api.text(run, "/instances/0/instance"));
      assertThat(Api.text(run, "/fencing/0/proof")).isEqualTo("HOST_CONFIRMED");
      assertThat(state(Lab.host(HERE), guest.instance())).isEqualTo("shut off");
      assertThat(Api.text(api.get("/v1/instances/" + guest.instance()).body(), "/state"))
          .isEqualTo("RECOVERED");
      plan.remove();
    }
  }

  /** Nobody can ask the host, but its board controller can be reached. */
  @Test
  void aHostThatDoesNotAnswerIsSwitchedOffByTheFencingAgent() {
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      guest.idle();
      RecoveryPlans plan = new RecoveryPlans(api, guest.instance());
      Lab.bmc(HERE, "on");
      Lab.link(HERE, "down");
      try {
        JsonNode run = plan.completed(plan.begin("failover", Map.of()));
        guests.adopt(Api.text(run, "/instances/0/instance"));
        assertThat(Api.text(run, "/fencing/0/proof")).isEqualTo("AGENT");
        assertThat(Lab.power(HERE)).isEqualTo("off");
      } finally {
        Lab.bmc(HERE, "off");
        Lab.link(HERE, "up");
        Lab.powerOn(Lab.host(HERE));
      }
      plan.remove();
    }
  }

  /** Nobody reaches the host, and nothing is known of it but that its watchdog has reset it. */
  @Test
  @Tag("long")
  void aHostThatIsCutOffIsResetByItsWatchdogWhenItsLeaseIsOver() {
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      guest.idle();
      RecoveryPlans plan = new RecoveryPlans(api, guest.instance());
      Lab.watchdog(HERE, "on");
      try {
        awaitLease();
        JsonNode run;
        try (OwnerSampler sampler = new OwnerSampler(guest.instance())) {
          Lab.link(HERE, "down");
          run = plan.completed(plan.begin("failover", Map.of()));
          sampler.also(Api.text(run, "/instances/0/instance"));
        }
        guests.adopt(Api.text(run, "/instances/0/instance"));
        assertThat(Api.text(run, "/fencing/0/proof")).isEqualTo("LEASE_EXPIRED");
        assertThat(Lab.power(HERE)).isEqualTo("off");
        assertThat(Lab.guestProcesses(guest.instance())).isEmpty();
      } finally {
        Lab.link(HERE, "up");
        Lab.powerOn(Lab.host(HERE));
        Lab.watchdog(HERE, "off");
      }
      plan.remove();
    }
  }

  private void awaitLease() {
    Awaitility.await("the lease of " + HERE)
        .atMost(TOLD)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> api.get("/v1/hosts/" + HERE).body().path("offAt").isTextual());
  }

  private static String state(Lab.Host host, String uuid) {
    return Lab.on(host, "virsh", "-q", "domstate", uuid).get(0);
  }
}
