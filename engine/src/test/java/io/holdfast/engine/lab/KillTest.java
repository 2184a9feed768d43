package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SIGKILL to each process while an instance is made: the job that was accepted ends with exactly
 * one instance, and its deletion leaves nothing. The moments are random; the seed is printed, and
 * {@code HOLDFAST_SEED} or {@code -Dseed} sets it.
 */
@Tag("lab")
@SuppressWarnings("SystemOut") // the figures are what a person runs this for
class KillTest {
  /**
   * A kill finds three creates, each that far on at most: most steps lie in the first second, most
   * time in the boot.
   */
  private static final int[] LATEST_MILLIS = {4_000, 1_500, 500};

  private static final Duration RECOVERS = Duration.ofSeconds(90);
  private static final String HOST = "alpha1";
  private static final ScheduledExecutorService TIMER =
      Executors.newScheduledThreadPool(LATEST_MILLIS.length + 1);

  private final Api api = new Api();

  @AfterAll
  static void stopTimer() {
    TIMER.shutdownNow();
  }

  @Test
  void acceptedCreatesEndWithOneInstanceEach() throws Exception {
    createsOutlive("engine");
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"temporal", "worker-alpha1", "postgres", "libvirtd-alpha1"})
  void soTheyDoWhenAnotherProcessDies(String target) throws Exception {
    createsOutlive(target);
  }

  private void createsOutlive(String target) throws Exception {
    Random random = new Random(Seed.VALUE ^ target.hashCode());
    Instant moment = Instant.now().plusMillis(LATEST_MILLIS[0]);
    try (Guests guests = new Guests(api)) {
      List<ScheduledFuture<Api.Accepted>> starts = new ArrayList<>();
      for (int latest : LATEST_MILLIS) {
        Instant start = moment.minusMillis(random.nextInt(latest));
        starts.add(at(start, () -> create(guests)));
      }
      List<Api.Accepted> creates = new ArrayList<>();
      for (ScheduledFuture<Api.Accepted> start : starts) {
        creates.add(start.get());
      }
      Instant killed = at(moment, () -> kill(target)).get();
      Lab.start(target);
      for (Api.Accepted create : creates) {
        assertRecovered(guests, create, target, killed);
      }
    }
  }

  /** libvirtd died inside the start of a network, which it then knows nothing of. */
  @Test
  void aBridgeOfADeadLibvirtdIsInNobodysWay() {
    try (Guests guests = new Guests(api)) {
      String network = api.network("NAT");
      String bridge = "hf" + network.replace("-", "").substring(0, 10);
      Lab.on(Lab.host(HOST), "ip", "link", "add", bridge, "type", "bridge");
      Map<String, ?> more = Map.of("networks", List.of(network));
      Api.Accepted create = guests.create(Guests.wanted(Guests.name("stale"), HOST, more));
      api.succeeds(create.job());
      guests.assertOneOf(create.target());
    }
  }

  private static <T> ScheduledFuture<T> at(Instant moment, Callable<T> what) {
    long millis = Duration.between(Instant.now(), moment).toMillis();
    return TIMER.schedule(what, millis, TimeUnit.MILLISECONDS);
  }

  private static Api.Accepted create(Guests guests) {
    return guests.create(Guests.wanted(Guests.name("kill"), HOST, Map.of()));
  }

  private static Instant kill(String target) {
    Lab.kill(target);
    return Instant.now();
  }

  private void assertRecovered(Guests guests, Api.Accepted create, String target, Instant killed) {
    JsonNode job = api.ends(create.job(), RECOVERS);
    Instant accepted = Instant.parse(Api.text(job, "/createdAt"));
    Instant ended = Instant.parse(Api.text(job, "/endedAt"));
    System.out.printf(
        "killed %-15s at %4d ms, in %-14s recovered in %5.1f s: %s (seed %d)%n",
        target,
        Duration.between(accepted, killed).toMillis(),
        stepAt(job, killed) + ",",
        Duration.between(killed, ended).toMillis() / 1e3,
        Api.text(job, "/state"),
        Seed.VALUE);
    assertThat(Api.text(job, "/state")).describedAs("%s", job).isEqualTo("SUCCEEDED");
    guests.assertOneOf(create.target());
  }

  /** The last step that had begun. */
  private static String stepAt(JsonNode job, Instant moment) {
    String step = "outbox";
    for (JsonNode each : job.path("steps")) {
      JsonNode started = each.path("startedAt");
      if (started.isTextual() && Instant.parse(started.asText()).isBefore(moment)) {
        step = Api.text(each, "/name");
      }
    }
    return Instant.parse(Api.text(job, "/endedAt")).isBefore(moment) ? "its end" : step;
  }
}
