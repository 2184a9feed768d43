package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.workflows.model.ImageFormat;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is asked of an image that shall go, and of one that goes. */
class ImageDeletionTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  @BeforeAll
  static void inventory() {
    ENGINE.post(
        "/v1/networks", "{'name':'net','mode':'NAT','cidr':'10.9.0.0/24'}".replace('\'', '"'));
  }

  @Test
  void anImageThatIsUsedStays() {
    UUID id = available("used");
    assertThat(instance("vm-used", "used").status()).isEqualTo(202);
    Answer refused = delete("used");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().path("code").asText()).isEqualTo("in-use");
    assertThat(refused.body().path("detail").asText()).contains("instance vm-used");
    assertThat(state(id)).isEqualTo("AVAILABLE");
  }

  @Test
  void anImageThatGoesIsNoLongerUsed() {
    UUID id = available("going");
    Answer job = delete("going");
    assertThat(job.status()).isEqualTo(202);
    assertThat(job.body().path("kind").asText()).isEqualTo("DELETE_IMAGE");
    assertThat(job.body().path("target").path("id").asText()).isEqualTo(id.toString());
    assertThat(state(id)).isEqualTo("DELETING");
    assertThat(ENGINE.get("/v1/images/going").body().path("activeJob").asText())
        .isEqualTo(job.body().path("id").asText());
    assertCode(instance("vm-going", "going"), 409, "image-not-available");
    assertCode(delete("going"), 409, "image-busy");

    end(job, JobOutcome.of(JobState.FAILED, null, false, List.of("delete-copies: away")));
    assertThat(state(id)).isEqualTo("DELETING");
    assertThat(delete("going").status()).isEqualTo(202);
  }

  @Test
  void aDeleteThatNeverBeganLeavesTheImageAsItWas() {
    UUID id = available("kept");
    Answer job = delete("kept");
    end(job, JobOutcome.of(JobState.CANCELLED, null, true, List.of()));
    assertThat(state(id)).isEqualTo("AVAILABLE");
    assertThat(instance("vm-kept", "kept").status()).isEqualTo(202);
    assertCode(delete("never-made"), 404, "not-found");
  }

  /** One of the two wins, whoever comes first. */
  @Test
  void aCreateAndADeleteAtOnce() {
    for (int round = 0; round < 12; round++) {
      String name = "race-" + round;
      available(name);
      CompletableFuture<Answer> create =
          CompletableFuture.supplyAsync(() -> instance("vm-" + name, name));
      CompletableFuture<Answer> delete = CompletableFuture.supplyAsync(() -> delete(name));
      assertThat(List.of(create.join().status(), delete.join().status()))
          .containsExactlyInAnyOrder(202, 409);
    }
  }

  private static UUID available(String name) {
    Answer image = ENGINE.post("/v1/images", "{\"name\":\"" + name + "\"}");
    UUID id = UUID.fromString(image.body().path("id").asText());
    Daos daos = ENGINE.database().daos();
    String hash = "0".repeat(64);
    daos.images().setContent(id, ImageFormat.QCOW2, hash, hash, 1000, 3L << 29);
    daos.images().setState(id, ImageState.AVAILABLE);
    return id;
  }

  private static Answer instance(String name, String image) {
    return ENGINE.post(
        "/v1/instances",
        "{'name':'%s','image':'%s','vcpus':1,'memoryMiB':512,'networks':['net']}"
            .formatted(name, image)
            .replace('\'', '"'));
  }

  private static Answer delete(String image) {
    return ENGINE.send(ENGINE.as(Role.OPERATOR, "/v1/images/" + image).DELETE());
  }

  private static String state(UUID image) {
    return ENGINE.get("/v1/images/" + image).body().path("state").asText();
  }

  private static void end(Answer job, JobOutcome outcome) {
    new JobActivitiesImpl(ENGINE.database(), Clock.systemUTC())
        .endJob(JobId.of(job.body().path("id").asText()), outcome, List.of());
  }

  private static void assertCode(Answer answer, int status, String code) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body().path("code").asText()).isEqualTo(code);
  }
}
