package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceFilter;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.Role;
import io.holdfast.workflows.model.ImageFormat;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits of a project over HTTP. */
class QuotaResourceTest {
  private static final String NO_LIMITS = "{}";

  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  @BeforeAll
  static void makeWhatInstancesNeed() {
    UUID image = UUID.fromString(post("/v1/images", "{'name':'guest'}").body().path("id").asText());
    var images = ENGINE.database().daos().images();
    String hash = "0".repeat(64);
    images.setContent(image, ImageFormat.QCOW2, hash, hash, 1000, 1L << 30);
    images.setState(image, ImageState.AVAILABLE);
    post("/v1/networks", "{'name':'net','mode':'NAT','cidr':'10.9.0.0/24'}");
  }

  @Test
  void whatWouldBeTooMuchIsRefusedAndPlannedWithNumbers() {
    JsonNode used = put(NO_LIMITS).body();
    long vcpus = used.path("vcpus").path("used").asLong();
    put("{'vcpus':%d,'memoryMiB':100000}".formatted(vcpus + 3));

    JsonNode plan = post("/v1/instances?dryRun=true", instance("planned", 4)).body();
    assertThat(plan.path("quota").path("vcpus").path("limit").asLong()).isEqualTo(vcpus + 3);
    assertThat(plan.path("quota").path("vcpus").path("used").asLong()).isEqualTo(vcpus);
    assertThat(plan.path("quota").path("vcpus").path("after").asLong()).isEqualTo(vcpus + 4);
    assertThat(plan.path("quota").path("instances").path("limit").isNull()).isTrue();
    assertThat(plan.path("problem").path("code").asText()).isEqualTo("quota-exceeded");

    Answer refused = post("/v1/instances", instance("refused", 4));
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().path("code").asText()).isEqualTo("quota-exceeded");
    assertThat(refused.body().path("causes").path(0).asText())
        .isEqualTo("vcpus: limit %d, used %d, after %d".formatted(vcpus + 3, vcpus, vcpus + 4));
    assertThat(ENGINE.get("/v1/instances/refused").status()).isEqualTo(404);

    assertThat(post("/v1/instances", instance("fits", 3)).status()).isEqualTo(202);
    JsonNode now = ENGINE.get("/v1/quotas/default").body();
    assertThat(now.path("vcpus").path("used").asLong()).isEqualTo(vcpus + 3);
    put(NO_LIMITS);
  }

  @Test
  void volumesCountAsTheDisksOfInstances() {
    long used = put(NO_LIMITS).body().path("diskGiB").path("used").asLong();
    put("{'diskGiB':%d}".formatted(used + 3));
    Answer refused = post("/v1/volumes", "{'name':'large','sizeGiB':4}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().path("code").asText()).isEqualTo("quota-exceeded");
    assertThat(refused.body().path("causes").path(0).asText())
        .isEqualTo("diskGiB: limit %d, used %d, after %d".formatted(used + 3, used, used + 4));
    assertThat(post("/v1/volumes", "{'name':'fits','sizeGiB':3}").status()).isEqualTo(202);
    assertThat(ENGINE.get("/v1/quotas/default").body().path("diskGiB").path("used").asLong())
        .isEqualTo(used + 3);
    put(NO_LIMITS);
  }

  @Test
  void twoHundredAtOnceWhereFiftyMay() {
    long before = put(NO_LIMITS).body().path("instances").path("used").asLong();
    put("{'instances':%d}".formatted(before + 50));
    ExecutorService callers = Executors.newFixedThreadPool(40);
    try {
      List<CompletableFuture<Answer>> calls =
          IntStream.range(0, 200)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () -> post("/v1/instances", instance("crowd-" + i, 1)), callers))
              .toList();
      List<Answer> answers = calls.stream().map(CompletableFuture::join).toList();
      assertThat(answers).filteredOn(a -> a.status() == 202).hasSize(50);
      assertThat(answers)
          .filteredOn(a -> a.status() == 409)
          .hasSize(150)
          .allSatisfy(a -> assertThat(a.body().path("code").asText()).isEqualTo("quota-exceeded"));
    } finally {
      callers.shutdownNow();
    }
    var daos = ENGINE.database().daos();
    List<String> names =
        daos.instances().views(PageRequest.first(1000), InstanceFilter.ANY).stream()
            .map(view -> view.instance().name())
            .filter(name -> name.startsWith("crowd-"))
            .toList();
    assertThat(names).hasSize(50).doesNotHaveDuplicates();
    put(NO_LIMITS);
  }

  @Test
  void limitsAreNumbersOfAProjectThatExists() {
    assertThat(put("{'vcpus':-1}").status()).isEqualTo(422);
    assertThat(put("{'cpus':1}").body().path("field").asText()).isEqualTo("cpus");
    assertThat(ENGINE.get("/v1/quotas/none").status()).isEqualTo(404);
    assertThat(
            ENGINE
                .send(ENGINE.as(Role.OPERATOR, "/v1/quotas/default").PUT(body(NO_LIMITS)))
                .status())
        .isEqualTo(403);
  }

  private static Answer put(String limits) {
    return ENGINE.send(ENGINE.as(Role.ADMIN, "/v1/quotas/default").PUT(body(limits)));
  }

  private static Answer post(String address, String body) {
    return ENGINE.send(ENGINE.as(Role.ADMIN, address).POST(body(body)));
  }

  private static java.net.http.HttpRequest.BodyPublisher body(String json) {
    return BodyPublishers.ofString(json.replace('\'', '"'));
  }

  private static String instance(String name, int vcpus) {
    return "{'name':'%s','image':'guest','vcpus':%d,'memoryMiB':128,'networks':['net']}"
        .formatted(name, vcpus);
  }
}
