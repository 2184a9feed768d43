package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A lease ends to the second, whoever was dead when it did; until then it can be changed. */
@Tag("lab")
class LeaseTest {
  private static final String HOST = "beta1";
  private static final Duration LEASE = Duration.ofSeconds(6);

  /** A delete takes some seconds on a busy machine; the job is there within one. */
  private static final Duration IS_GONE = Duration.ofSeconds(15);

  private final Api api = new Api();

  @Test
  void aLeaseOutlivesTheEngineAndCanBeMoved() {
    try (Guests guests = new Guests(api)) {
      List<Api.Accepted> creates =
          List.of("short", "moved").stream()
              .map(name -> guests.create(Guests.wanted(Guests.name(name), HOST, Map.of())))
              .toList();
      creates.forEach(create -> api.succeeds(create.job()));
      String ends = creates.get(0).target();
      String moved = creates.get(1).target();
      Instant end = Instant.now().plus(LEASE);
      lease(ends, end.toString());
      lease(moved, end.toString());
      lease(moved, end.plusSeconds(3600).toString());

      Lab.kill("engine");
      awaitTime(end.plusSeconds(2));
      Lab.start("engine");
      Instant restarted = Instant.now();
      Awaitility.await("the end of " + ends).atMost(IS_GONE).until(() -> isGone(ends));
      JsonNode job = deletion(ends);
      assertThat(Api.text(job, "/submittedBy")).isEqualTo("lease");
      assertThat(Instant.parse(Api.text(job, "/createdAt")))
          .isBetween(end, restarted.plusSeconds(2));
      assertThat(Lab.domains(ends)).isEmpty();
      guests.assertOneOf(moved);

      Instant soon = Instant.now().plusSeconds(3);
      lease(moved, soon.toString());
      Awaitility.await("the end of " + moved).atMost(IS_GONE).until(() -> isGone(moved));
      assertThat(Instant.parse(Api.text(deletion(moved), "/createdAt")))
          .isBetween(soon, soon.plusSeconds(1));
    }
  }

  private void lease(String instance, String until) {
    Api.Answer answer = api.patch("/v1/instances/" + instance, Map.of("leaseUntil", until));
    assertThat(answer.status()).describedAs("%s", answer.body()).isEqualTo(200);
  }

  private boolean isGone(String instance) {
    try {
      return api.get("/v1/instances/" + instance).status() == 404;
    } catch (UncheckedIOException away) {
      return false;
    }
  }

  private JsonNode deletion(String instance) {
    JsonNode jobs =
        api.get("/v1/jobs?kind=DELETE_INSTANCE&target=" + instance).body().path("items");
    assertThat(jobs).hasSize(1);
    return jobs.path(0);
  }

  private static void awaitTime(Instant moment) {
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> Instant.now().isAfter(moment));
  }
}
