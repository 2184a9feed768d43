package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.common.collect.Streams;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.api.InstanceBody;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.FlavorRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.Role;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PowerState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Instances over HTTP, as far as the acceptance of their jobs. */
class InstanceResourceTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  @BeforeAll
  static void registerWhatInstancesNeed() {
    ENGINE.post(
        "/v1/flavors", "{'name':'tiny','vcpus':1,'memoryMiB':128,'diskGiB':2}".replace('\'', '"'));
    ENGINE.post(
        "/v1/networks", "{'name':'net','mode':'NAT','cidr':'10.9.0.0/24'}".replace('\'', '"'));
    Answer image = ENGINE.post("/v1/images", "{\"name\":\"guest\"}");
    UUID id = UUID.fromString(image.body().path("id").asText());
    var images = ENGINE.database().daos().images();
    images.setContent(
        id,
        io.holdfast.workflows.model.ImageFormat.QCOW2,
        "0".repeat(64),
        "0".repeat(64),
        1000,
        3L << 29);
    images.setState(id, io.holdfast.engine.db.ImageState.AVAILABLE);
  }

  @Test
  void aCreateIsAJobAboutAnInstanceThatIsThereAtOnce() {
    Answer job = create("first");

    assertThat(job.status()).isEqualTo(202);
    for (String header : List.of("Location", "Operation-Location")) {
      assertThat(job.response().headers().firstValue(header))
          .hasValue("/v1/jobs/" + job.body().path("id").asText());
    }
    assertThat(job.body().path("steps")).hasSize(8);
    assertThat(job.body().path("submittedBy").asText()).isEqualTo("admin");
    String id = job.body().path("target").path("id").asText();
    Answer instance = ENGINE.get("/v1/instances/" + id);
    assertThat(instance.body().path("state").asText()).isEqualTo("PROVISIONING");
    assertThat(instance.body().path("uuid").asText()).isEqualTo(id);
    assertThat(instance.body().path("fencing").isNull()).isTrue();
    assertThat(instance.body().path("activeJob").asText())
        .isEqualTo(job.body().path("id").asText());
    JsonNode lease = instance.body().path("lease");
    assertThat(lease.path("job")).isEqualTo(job.body().path("id"));
    assertThat(lease.path("holder").asText()).isEqualTo("admin");
    assertThat(lease.path("generation").asLong()).isPositive();
    assertThat(ENGINE.get("/v1/leases?name=first").body().path("items").path(0).path("job"))
        .isEqualTo(job.body().path("id"));
    assertThat(instance.body().path("nics").path(0).path("mac").asText()).startsWith("52:54:00:");
    assertThat(ENGINE.get("/v1/instances/first").body().path("id").asText()).isEqualTo(id);
  }

  @Test
  void withoutFlavorAndDisksTheRootDiskJustHoldsTheImage() {
    Answer job =
        ENGINE.post(
            "/v1/instances",
            "{\"name\":\"plain\",\"image\":\"guest\",\"vcpus\":1,\"memoryMiB\":128}");
    assertThat(job.status()).as("%s", job.body()).isEqualTo(202);
    assertThat(ENGINE.get("/v1/instances/plain").body().path("disks"))
        .hasToString("[{\"name\":\"root\",\"sizeGiB\":2,\"volume\":null}]");
  }

  /** No machine has as many, and a guest would be stopped for what could never start. */
  @Test
  void aFlavorThatIsOlderThanTheLimitIsRefused() {
    Daos daos = ENGINE.database().daos();
    daos.flavors().insert(new FlavorRow(UUID.randomUUID(), "huge", 256, 128, 2, Inventory.now()));
    Answer refused =
        ENGINE.post("/v1/instances", "{\"name\":\"huge\",\"image\":\"guest\",\"flavor\":\"huge\"}");
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(422);
    assertThat(refused.body().path("field").asText()).isEqualTo("flavor");
    UUID job = UUID.fromString(create("fits").body().path("id").asText());
    daos.jobs().end(job, JobState.SUCCEEDED, null, null, false, Instant.now());
    Answer grown = ENGINE.post("/v1/instances/fits:resize", "{\"flavor\":\"huge\"}");
    assertThat(grown.status()).as("%s", grown.body()).isEqualTo(422);
    assertThat(grown.body().path("field").asText()).isEqualTo("flavor");
  }

  @Test
  void aBusyInstanceNamesItsJob() {
    Answer job = create("busy");

    for (String verb : List.of(":start", ":stop", ":reboot")) {
      Answer refused = ENGINE.post("/v1/instances/busy" + verb, "");
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.body().path("code").asText()).isEqualTo("instance-busy");
      assertThat(refused.body().path("job")).isEqualTo(job.body().path("id"));
    }
    Answer delete = ENGINE.send(ENGINE.as(Role.OPERATOR, "/v1/instances/busy").DELETE());
    assertThat(delete.body().path("code").asText()).isEqualTo("instance-busy");
  }

  @Test
  void whatCannotWorkLeavesNoRow() {
    Answer small =
        ENGINE.post(
            "/v1/instances",
            "{\"name\":\"none\",\"image\":\"guest\",\"flavor\":\"tiny\",\"disks\":[{\"sizeGiB\":1}]}");
    assertThat(small.body().path("field").asText()).isEqualTo("disks[0].sizeGiB");
    Answer network =
        ENGINE.post(
            "/v1/instances",
            "{\"name\":\"none\",\"image\":\"guest\",\"flavor\":\"tiny\",\"networks\":[\"net\",\"no\"]}");
    assertThat(network.body().path("field").asText()).isEqualTo("networks[1]");
    Answer both =
        ENGINE.post(
            "/v1/instances",
            "{\"name\":\"none\",\"image\":\"guest\",\"flavor\":\"tiny\",\"vcpus\":1}");
    assertThat(both.body().path("field").asText()).isEqualTo("vcpus");
    ENGINE.post("/v1/images", "{\"name\":\"empty\"}");
    Answer empty =
        ENGINE.post("/v1/instances", "{\"name\":\"none\",\"image\":\"empty\",\"flavor\":\"tiny\"}");
    assertThat(empty.body().path("code").asText()).isEqualTo("image-not-available");

    assertThat(ENGINE.get("/v1/instances?name=none").body().path("items")).isEmpty();
    assertThat(ENGINE.get("/v1/jobs?target=none").body().path("items")).isEmpty();
  }

  @Test
  void twentyRequestsWithOneKeyAreOneJob() {
    List<CompletableFuture<Answer>> calls =
        IntStream.range(0, 20)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> create("same", "key-1")))
            .toList();
    List<Answer> answers = calls.stream().map(CompletableFuture::join).toList();

    assertThat(answers).allMatch(a -> a.status() == 202);
    assertThat(answers.stream().map(a -> a.body().path("id").asText()).distinct()).hasSize(1);
    assertThat(ENGINE.get("/v1/jobs?target=same").body().path("items")).hasSize(1);
    Answer other = create("other", "key-1");
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.body().path("code").asText()).isEqualTo("idempotency-mismatch");
  }

  @Test
  void aWaitingCallerHearsOfTheEnd() {
    Answer job = create("awaited");
    String path = "/v1/jobs/" + job.body().path("id").asText();
    CompletableFuture<Answer> waiting =
        CompletableFuture.supplyAsync(() -> ENGINE.get(path, "Prefer", "wait=30"));

    Awaitility.await().pollDelay(java.time.Duration.ofMillis(300)).until(() -> !waiting.isDone());
    ENGINE
        .database()
        .daos()
        .jobs()
        .end(
            UUID.fromString(job.body().path("id").asText()),
            JobState.SUCCEEDED,
            JsonNodeFactory.instance.objectNode().put("id", "x"),
            null,
            false,
            Instant.now());

    Answer end = waiting.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join();
    assertThat(end.body().path("state").asText()).isEqualTo("SUCCEEDED");
    assertThat(end.response().headers().firstValue("Retry-After")).isEmpty();
  }

  @Test
  void listsComeInPages() {
    create("page-a");
    create("page-b");
    create("page-c");

    Answer first = ENGINE.get("/v1/instances?limit=2");
    assertThat(first.body().path("items")).hasSize(2);
    String link = first.response().headers().firstValue("Link").orElseThrow();
    String next = link.substring(link.indexOf("/v1/"), link.indexOf('>'));
    Answer second = ENGINE.get(next);
    assertThat(second.body().path("items").path(0).path("id"))
        .isNotEqualTo(first.body().path("items").path(1).path("id"));
  }

  /** What the query asks for belongs to what a key stands for; its order does not. */
  @Test
  void aKeyStandsForTheQueryToo() {
    create("keyed");
    UUID create =
        UUID.fromString(ENGINE.get("/v1/jobs?target=keyed").body().at("/items/0/id").asText());
    ENGINE
        .database()
        .daos()
        .jobs()
        .end(create, JobState.SUCCEEDED, null, null, false, Instant.now());
    assertThat(deleteKeyed("dryRun=true&approval=true&onFailure=PAUSE").status()).isEqualTo(200);
    Answer first = deleteKeyed("approval=true&onFailure=PAUSE");
    assertThat(first.status()).as("%s", first.body()).isEqualTo(202);
    assertThat(deleteKeyed("onFailure=PAUSE&approval=true").body().path("id"))
        .isEqualTo(first.body().path("id"));
    Answer other = deleteKeyed("approval=true&onFailure=ROLLBACK");
    assertThat(other.body().path("code").asText()).isEqualTo("idempotency-mismatch");
  }

  private static Answer deleteKeyed(String query) {
    return ENGINE.send(
        ENGINE.as(Role.OPERATOR, "/v1/instances/keyed?" + query).DELETE(),
        "Idempotency-Key",
        "with-a-query");
  }

  /** Whatever an instance's state is, the list of that state has it and no other list has. */
  @Test
  void theListOfAStateHasThoseThatSayTheyAreInIt() {
    Map<PowerState, UUID> ids = new EnumMap<>(PowerState.class);
    for (PowerState power : PowerState.values()) {
      UUID job =
          UUID.fromString(
              create("is-" + power.name().toLowerCase(Locale.ROOT)).body().path("id").asText());
      Daos daos = ENGINE.database().daos();
      UUID id = daos.jobs().find(job).orElseThrow().targetId();
      daos.jobs().end(job, JobState.SUCCEEDED, null, null, false, Instant.now());
      daos.instances().setPower(id, power, Instant.now());
      ids.put(power, id);
    }
    create("is-provisioning");
    ENGINE.send(ENGINE.as(Role.OPERATOR, "/v1/instances/is-shutoff").DELETE());

    Map<String, List<String>> stated = new TreeMap<>();
    ENGINE
        .get("/v1/instances?limit=1000")
        .body()
        .path("items")
        .forEach(
            one ->
                stated
                    .computeIfAbsent(one.path("state").asText(), state -> new ArrayList<>())
                    .add(one.path("id").asText()));
    assertThat(stated).containsKeys("PROVISIONING", "ACTIVE", "DELETING", "ERROR");
    for (InstanceBody.State state : InstanceBody.State.values()) {
      JsonNode items = ENGINE.get("/v1/instances?limit=1000&state=" + state).body().path("items");
      assertThat(Streams.stream(items).map(one -> one.path("id").asText()))
          .isEqualTo(stated.getOrDefault(state.name(), List.of()));
    }
    assertThat(stated.get("ERROR")).contains(String.valueOf(ids.get(PowerState.CRASHED)));
  }

  private static Answer create(String name, String... key) {
    String body =
        "{'name':'NAME','image':'guest','flavor':'tiny','networks':['net'],'labels':{'a':'b'}}"
            .replace('\'', '"')
            .replace("NAME", name);
    return key.length == 0
        ? ENGINE.post("/v1/instances", body)
        : ENGINE.post("/v1/instances", body, "Idempotency-Key", key[0]);
  }
}
