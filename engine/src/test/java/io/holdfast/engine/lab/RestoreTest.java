package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** New instances at the other site, from a recovery point. */
@Tag("lab")
class RestoreTest {
  private static final String MARK = "/data/mark";
  private static final Duration ANSWERS = Duration.ofSeconds(60);
  private static final Duration ENDS = Duration.ofMinutes(3);
  private static final int LATEST_KILL_MILLIS = 2_000;

  private final Api api = new Api();

  @Test
  void aNewGuestHasWhatThePointHasEvenWhenItsSourceIsGone() {
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      String source = guest.instance();
      guest.activeJob();
      guest.idle();
      write(source, "before");
      api.succeeds(guest.replicate());
      String point = Api.text(guest.idle(), "/id");
      write(source, "after");

      Api.Answer stranger = api.post(path(point), Map.of("name", "x", "instance", "nobody"));
      assertThat(stranger.status()).isEqualTo(422);
      assertThat(stranger.body().toString()).contains("instance");

      Api.Accepted first = guests.restore(point, Map.of("name", Guests.name("restored")));
      api.succeeds(first.job());
      JsonNode made = guests.assertOneOf(first.target());
      assertThat(Api.text(made, "/host")).isEqualTo(ProtectedGuest.TARGET);
      assertThat(Api.text(made, "/state")).isEqualTo("ACTIVE");
      assertThat(read(ProtectedGuest.TARGET, first.target())).isEqualTo("before");
      assertThat(read(ProtectedGuest.SOURCE, source)).isEqualTo("after");

      api.delete(List.of(source));
      Api.Accepted second = guests.restore(point, Map.of("name", Guests.name("restored")));
      killWhileItRuns("worker-" + ProtectedGuest.TARGET);
      JsonNode ended = api.ends(second.job(), ENDS);
      assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
      guests.assertOneOf(second.target());
      assertThat(read(ProtectedGuest.TARGET, second.target())).isEqualTo("before");
      guest.assertVerified();
    }
  }

  private static String path(String point) {
    return "/v1/recovery-points/" + point + ":restore";
  }

  private static void killWhileItRuns(String process) {
    long moment = new Random(Seed.VALUE).nextInt(LATEST_KILL_MILLIS);
    long until = System.nanoTime() + Duration.ofMillis(moment).toNanos();
    Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> System.nanoTime() >= until);
    Lab.kill(process);
    Lab.start(process);
  }

  private static void write(String instance, String mark) {
    inGuest(ProtectedGuest.SOURCE, instance, "echo -n %s > %s && sync".formatted(mark, MARK));
  }

  private static String read(String host, String instance) {
    return inGuest(host, instance, "cat " + MARK);
  }

  private static String inGuest(String host, String instance, String script) {
    return Awaitility.await("the guest to answer")
        .atMost(ANSWERS)
        .ignoreExceptions()
        .until(
            () -> Lab.inGuest(Lab.host(host), instance, "/bin/sh", "-c", script), Objects::nonNull);
  }
}
