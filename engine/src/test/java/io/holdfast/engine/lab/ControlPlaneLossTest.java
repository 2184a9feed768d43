package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Engine, PostgreSQL and Temporal are lost with all that they kept, and made anew of a backup.
 * Temporal begins empty: what runs begin again from the ledger, and so does all that is timed.
 */
@Tag("lab")
@Tag("long")
class ControlPlaneLossTest {
  private static final String HERE = ProtectedGuest.SOURCE;
  private static final String THERE = ProtectedGuest.TARGET;
  private static final Duration COMES_BACK = Duration.ofMinutes(5);

  /** Behind the restore, on any machine that is fast enough for the lab's other tests. */
  private static final Duration TIMED_AFTER = Duration.ofMinutes(3);

  private final Api api = new Api();

  /** Not the protected guest's: a drill isolates that at the recovery site. */
  private final String network = api.network("NAT");

  @Test
  void whatWasPromisedBeforeTheBackupIsKept() {
    try (Guests guests = new Guests(api);
        ControlPlane control = new ControlPlane(Lab.host(THERE));
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      long point = guest.idle().path("number").asLong();
      RecoveryPlans plan = new RecoveryPlans(api, guest.instance());
      Instant due = Instant.now().plus(TIMED_AFTER);
      String schedule = plan.drillAt(due.atZone(ZoneOffset.UTC));
      Api.Accepted leased = leased(guests, due);
      Api.Accepted running = backUpWhileItRuns(guests, control);
      Api.Accepted late = guests.create(there("late", Map.of()));
      api.succeeds(late.job());
      api.succeeds(guest.replicate());

      control.lose();
      control.restore();

      assertThat(Api.text(api.get("/v1/jobs/" + leased.job()).body(), "/state"))
          .isEqualTo("SUCCEEDED");
      assertThat(Api.text(api.ends(running.job(), COMES_BACK), "/state")).isEqualTo("SUCCEEDED");
      guests.assertOneOf(running.target());
      guests.assertOneOf(guest.instance());
      assertAdoptable(guests, late.target());
      assertReplicatedAgain(guest, point);
      assertDrilled(schedule);
      assertLeaseEnds(leased.target());
      assertFailsOver(guests, plan, guest.instance());
      assertThat(api.remove("/v1/drill-schedules/" + schedule).status()).isEqualTo(204);
      plan.remove();
    }
  }

  private Map<String, Object> there(String prefix, Map<String, ?> more) {
    Map<String, Object> wanted = Guests.wanted(Guests.name(prefix), THERE, more);
    wanted.put("networks", List.of(network));
    return wanted;
  }

  /** An instance that is there until then. */
  private Api.Accepted leased(Guests guests, Instant until) {
    Map<String, ?> lease = Map.of("leaseUntil", until.toString());
    Api.Accepted made = guests.create(there("leased", lease));
    api.succeeds(made.job());
    return made;
  }

  /** Of a create whose host does not take it before the backup is made; it ends thereafter. */
  private Api.Accepted backUpWhileItRuns(Guests guests, ControlPlane control) {
    Lab.Host there = Lab.host(THERE);
    String worker = Long.toString(Lab.pid("worker-" + THERE));
    Lab.on(there, "kill", "-STOP", worker);
    Api.Accepted running;
    try {
      running = guests.create(there("running", Map.of()));
      String path = "/v1/jobs/" + running.job();
      patient("a place for it")
          .until(() -> Api.text(api.get(path).body(), "/steps/0/state"), "SUCCEEDED"::equals);
      control.backUp();
      assertThat(Api.text(api.get(path).body(), "/state")).isEqualTo("RUNNING");
    } finally {
      Lab.on(there, "kill", "-CONT", worker);
    }
    api.succeeds(running.job());
    return running;
  }

  /**
   * What was accepted after the backup is unknown; its domain is found, and becomes an instance.
   */
  private void assertAdoptable(Guests guests, String instance) {
    assertThat(api.get("/v1/instances/" + instance).status()).isEqualTo(404);
    JsonNode domain =
        Orphans.on(api, THERE).stream()
            .filter(orphan -> Api.text(orphan, "/kind").equals("DOMAIN"))
            .filter(orphan -> orphan.toString().contains(instance))
            .findFirst()
            .orElseThrow();
    Map<String, ?> adopt = Map.of("reason", "lost with the control plane", "image", "guest");
    String path = "/v1/orphans/" + Api.text(domain, "/id") + ":adopt";
    api.succeeds(api.accepted(api.post(path, adopt)).job());
    guests.assertOneOf(instance);
  }

  /**
   * The guest has a bitmap of a point that nobody knows any more, and its replica is a leftover.
   */
  private void assertReplicatedAgain(ProtectedGuest guest, long before) {
    assertThat(guest.available()).hasSize(1);
    api.succeeds(guest.replicate());
    assertThat(guest.idle().path("number").asLong()).isGreaterThan(before);
    guest.assertVerified();
    List<JsonNode> lost =
        Orphans.on(api, THERE).stream()
            .filter(orphan -> Api.text(orphan, "/kind").equals("REPLICA"))
            .toList();
    assertThat(lost).hasSize(1);
    String path = "/v1/orphans/" + Api.text(lost.get(0), "/id") + ":delete";
    api.succeeds(api.accepted(api.post(path, Map.of("reason", "its point is lost"))).job());
  }

  /** It begins by itself. */
  private void assertDrilled(String schedule) {
    String drill =
        patient("the drill")
            .until(
                () -> Api.text(api.get("/v1/drill-schedules/" + schedule).body(), "/lastDrill/run"),
                run -> !run.isEmpty() && !"null".equals(run));
    JsonNode ended = api.ends(drill, COMES_BACK);
    assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
    assertThat(Api.text(api.get("/v1/runs/" + drill).body(), "/verdict")).isEqualTo("PASSED");
  }

  private void assertLeaseEnds(String instance) {
    patient("the end of the lease")
        .until(() -> api.get("/v1/instances/" + instance).status(), status -> status == 404);
    assertThat(Lab.domains(instance)).isEmpty();
  }

  private void assertFailsOver(Guests guests, RecoveryPlans plan, String source) {
    Lab.powerOff(Lab.host(HERE));
    try {
      Map<String, ?> word = Map.of("proof", "OPERATOR", "reason", "its power was cut");
      JsonNode run = plan.completed(plan.begin("failover", Map.of("fencing", word)));
      String owner = Api.text(run, "/instances/0/instance");
      guests.adopt(owner);
      assertThat(Api.text(guests.assertOneOf(owner), "/host")).isEqualTo(THERE);
      assertThat(Api.text(api.get("/v1/instances/" + source).body(), "/state"))
          .isEqualTo("RECOVERED");
    } finally {
      Lab.powerOn(Lab.host(HERE));
    }
  }

  private static ConditionFactory patient(String what) {
    return Awaitility.await(what)
        .atMost(COMES_BACK)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptionsInstanceOf(UncheckedIOException.class);
  }
}
