package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * People steer jobs on real hosts. The image of these instances is an empty disk, whose guest never
 * answers, so that their creation fails where it is wanted: at the last step on the host.
 */
@Tag("lab")
class SteeringLabTest {
  private static final String MUTE = Guests.name("mute");
  private static final int MIB = 1 << 20;
  private static final Api API = new Api();

  @BeforeAll
  static void importTheImage(@TempDir Path folder) throws IOException {
    Path empty = folder.resolve("mute.raw");
    try (RandomAccessFile file = new RandomAccessFile(empty.toFile(), "rw")) {
      file.setLength(MIB);
      file.write(1);
    }
    API.post("/v1/images", Map.of("name", MUTE, "format", "raw"));
    API.succeeds(API.accepted(API.put("/v1/images/" + MUTE + "/content", empty)).job());
  }

  @AfterAll
  static void deleteTheImage() {
    API.succeeds(API.accepted(API.deleteImage(MUTE)).job());
  }

  private static Map<String, Object> mute(String host, Map<String, ?> more) {
    Map<String, Object> all = new HashMap<>(Map.of("image", MUTE, "guestTimeoutSeconds", 10));
    all.putAll(more);
    return Guests.wanted(Guests.name("steered"), host, all);
  }

  private static JsonNode until(String job, String state) {
    return Awaitility.await(job + " is " + state)
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> API.get("/v1/jobs/" + job).body(), j -> Api.text(j, "/state").equals(state));
  }

  private static Api.Accepted decide(String job, String verb, Map<String, ?> more) {
    Map<String, Object> body = new HashMap<>(Map.of("reason", "tested"));
    body.putAll(more);
    return API.accepted(API.post("/v1/jobs/" + job + ":" + verb, body));
  }

  private static List<String> actions(JsonNode job) {
    List<String> actions = new ArrayList<>();
    job.path("allowedActions").forEach(action -> actions.add(action.asText()));
    return actions;
  }

  @Test
  void aBlockedCreateMovesToAnotherHostAndGoesOnWithoutItsGuest() {
    try (Guests guests = new Guests(API)) {
      Api.Accepted made = guests.create(mute("alpha1", Map.of("onFailure", "PAUSE")));
      JsonNode blocked = until(made.job(), "BLOCKED");
      assertThat(actions(blocked)).containsExactly("resume", "skip", "abort", "cancel");
      assertThat(Lab.domains(made.target())).containsExactly("alpha1 " + made.target());

      decide(made.job(), "resume", Map.of("patch", Map.of("host", "beta1")));
      Awaitility.await("the domain at the other host")
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> Lab.domains(made.target()), d -> d.equals(List.of("beta1 " + made.target())));
      until(made.job(), "BLOCKED");
      decide(made.job(), "skip", Map.of());
      JsonNode done = API.succeeds(made.job());
      assertThat(done.path("decisions")).hasSize(2);
      assertThat(Api.text(guests.assertOneOf(made.target()), "/host")).isEqualTo("beta1");
    }
  }

  @Test
  void aFailedCreateIsUndoneAndRetriedWithTheSameIds() {
    try (Guests guests = new Guests(API)) {
      Api.Accepted made = guests.create(mute("alpha1", Map.of()));
      JsonNode failed = API.ends(made.job(), Api.JOB_ENDS);
      assertThat(Api.text(failed, "/state")).isEqualTo("FAILED");
      assertThat(Api.text(failed, "/error/code")).isEqualTo("guest-not-ready");
      assertThat(failed.path("undone").asBoolean()).isTrue();
      assertThat(actions(failed)).containsExactly("retry");
      assertThat(Lab.domains(made.target())).isEmpty();
      assertThat(Lab.volumes(List.of(made.target()))).isEmpty();

      Api.Accepted retry = decide(made.job(), "retry", Map.of());
      assertThat(retry.target()).isEqualTo(made.target());
      Awaitility.await("the retried domain")
          .atMost(Duration.ofSeconds(60))
          .until(() -> !Lab.domains(made.target()).isEmpty());
      decide(retry.job(), "cancel", Map.of());
      JsonNode cancelled = API.ends(retry.job(), Api.JOB_ENDS);
      assertThat(Api.text(cancelled, "/state")).isEqualTo("CANCELLED");
      assertThat(Api.text(cancelled, "/cancellation")).isEqualTo("UNDONE");
      assertThat(Lab.domains(made.target())).isEmpty();
    }
  }

  /** Nobody has to wait for a host that is away: the job is steered while it waits. */
  @Test
  @Tag("long")
  void anUndoThatWaitsForItsHostIsSteeredToo() {
    try (Guests guests = new Guests(API)) {
      Api.Accepted made = guests.create(mute("beta1", Map.of("onFailure", "PAUSE")));
      until(made.job(), "BLOCKED");
      Lab.kill("worker-beta1");
      try {
        decide(made.job(), "cancel", Map.of());
        JsonNode waiting =
            Awaitility.await("the undo waits for its host")
                .atMost(Duration.ofSeconds(90))
                .until(
                    () -> API.get("/v1/jobs/" + made.job()).body(),
                    job -> actions(job).contains("skip"));
        assertThat(Api.text(waiting, "/summary")).contains("host worker");
        assertThat(Api.text(waiting, "/cancellation")).isEqualTo("UNDERWAY");
      } finally {
        Lab.start("worker-beta1");
      }
      decide(made.job(), "resume", Map.of());
      JsonNode cancelled = API.ends(made.job(), Api.JOB_ENDS);
      assertThat(cancelled.path("undone").asBoolean()).isTrue();
      assertThat(Lab.domains(made.target())).isEmpty();
    }
  }
}
