package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.ledger.LedgerActivitiesImpl;
import io.holdfast.engine.ledger.SnapshotLedgerActivitiesImpl;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.Placement;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SnapshotClone;
import io.holdfast.workflows.model.SnapshotDisk;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Snapshots over HTTP, as far as the acceptance of their jobs. */
class SnapshotResourceTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private final Inventory inventory = new Inventory(ENGINE.database());
  private final HostRow host = inventory.host(inventory.site(), 8, 8192);
  private final LedgerActivitiesImpl ledger =
      new LedgerActivitiesImpl(
          ENGINE.database(), i -> "http://engine/" + i, TestKeys.seal(), Clock.systemUTC());
  private final SnapshotLedgerActivitiesImpl snapshots =
      new SnapshotLedgerActivitiesImpl(ENGINE.database(), Clock.systemUTC());
  private UUID instanceId = UUID.randomUUID();
  private String instance = "";

  @BeforeEach
  void anInstanceThatRuns() {
    JobRow job = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    instanceId = job.targetId();
    daos().instances().setPlace(instanceId, host.id(), "default");
    daos().instances().setPower(instanceId, PowerState.RUNNING, Instant.now());
    end(job.id());
    instance = daos().instances().findById(instanceId).orElseThrow().name();
  }

  @Test
  void aSnapshotIsThereAtOnceAndItsJobWorksOnItsInstanceToo() {
    Answer job = take("");
    assertThat(job.status()).as("%s", job.body()).isEqualTo(202);
    assertThat(job.body().at("/target/type").asText()).isEqualTo("snapshot");
    assertThat(job.body().path("kind").asText()).isEqualTo("SNAPSHOT_INSTANCE");
    Answer snapshot = ENGINE.get("/v1/snapshots/" + job.body().at("/target/id").asText());
    assertThat(snapshot.body().path("state").asText()).isEqualTo("CREATING");
    assertThat(snapshot.body().path("name").asText()).startsWith(instance + "-");
    assertThat(snapshot.body().path("consistency").asText()).isEqualTo("CRASH");
    assertThat(snapshot.body().path("instance").asText()).isEqualTo(instanceId.toString());
    assertThat(snapshot.body().path("host").asText()).isEqualTo(host.name());
    assertThat(ENGINE.get("/v1/snapshots?instance=" + instanceId).body().at("/items/0"))
        .isEqualTo(ENGINE.get("/v1/snapshots?instance=" + instance).body().at("/items/0"))
        .isEqualTo(snapshot.body());
    assertThat(ENGINE.get("/v1/snapshots?instance=another").body().path("items")).isEmpty();

    assertRefused(take(""), 409, "instance-busy");
    assertRefused(delete("/v1/instances/" + instance), 409, "instance-busy");
    assertRefused(delete("/v1/snapshots/" + id(job)), 409, "snapshot-busy");
  }

  @Test
  void aNameIsTakenOnce() {
    String name = Inventory.name("snap");
    end(take("{'name':'" + name + "'}"));
    assertRefused(take("{'name':'" + name + "'}"), 409, "name-taken");
    assertThat(ENGINE.get("/v1/snapshots?name=" + name).body().path("items")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "instances/none:snapshot | {} | 404 | not-found |",
        "instances/none:snapshot | {'name':'A B'} | 422 | invalid-field | name",
        "instances/none:snapshot | {'consistency':'SOME'} | 422 | invalid-field | consistency",
        "instances/none:snapshot | {'memory':'all'} | 422 | invalid-field | memory",
        "instances/none:snapshot | {'vmstate':true} | 422 | unknown-field | vmstate",
        "snapshots/none:restore | {} | 404 | not-found |",
        "snapshots/none:restore | {'restart':'yes'} | 422 | invalid-field | restart",
      })
  void badInputIsRefused(String path, String body, int status, String code, String field) {
    Answer answer = post("/v1/" + path, body);
    assertRefused(answer, status, code);
    assertThat(answer.body().path("field").asText("")).isEqualTo(field == null ? "" : field);
  }

  @Test
  void aRestoreOfAnInstanceThatRunsIsAskedFor() {
    String snapshot = taken();
    String path = "/v1/snapshots/" + snapshot + ":restore";
    assertRefused(ENGINE.post(path, ""), 409, "instance-must-be-stopped");
    Answer accepted = post(path, "{'restart':true}");
    assertThat(accepted.status()).as("%s", accepted.body()).isEqualTo(202);
    assertThat(ENGINE.get("/v1/snapshots/" + snapshot).body().path("state").asText())
        .isEqualTo("RESTORING");
    assertRefused(ENGINE.post("/v1/instances/" + instance + ":stop", ""), 409, "instance-busy");
    end(accepted);
    daos().instances().setPower(instanceId, PowerState.SHUTOFF, Instant.now());
    assertThat(post(path, "{}").status()).isEqualTo(202);
  }

  @Test
  void whatWasNeverTakenIsNotRestored() {
    Answer job = take("");
    end(job);
    Answer refused = post("/v1/snapshots/" + id(job) + ":restore", "{'restart':true}");
    assertRefused(refused, 409, "snapshot-not-available");
    assertThat(ENGINE.get("/v1/snapshots/" + id(job)).body().path("state").asText())
        .isEqualTo("ERROR");
  }

  @Test
  void aSnapshotOutlivesItsInstanceAndIsNotRestoredThen() {
    String snapshot = taken();
    daos().instances().delete(instanceId);
    Answer body = ENGINE.get("/v1/snapshots/" + snapshot);
    assertThat(body.body().path("instanceThere").asBoolean(true)).isFalse();
    assertThat(body.body().path("instanceName").asText()).isEqualTo(instance);
    assertThat(body.body().at("/disks/0/sizeBytes").asLong()).isEqualTo(2L << 30);
    assertRefused(post("/v1/snapshots/" + snapshot + ":restore", "{}"), 409, "reference-gone");
    assertThat(delete("/v1/snapshots/" + snapshot).status()).isEqualTo(202);
  }

  @Test
  void aCloneIsAsItsSourceWasThatMayBeGone() {
    String snapshot = taken();
    daos().instances().delete(instanceId);
    String name = Inventory.name("again");
    Answer job = post("/v1/snapshots/" + snapshot + ":clone", "{'name':'" + name + "'}");
    assertThat(job.status()).as("%s", job.body()).isEqualTo(202);
    assertThat(job.body().path("kind").asText()).isEqualTo("CLONE_SNAPSHOT");
    JsonNode body = ENGINE.get("/v1/instances/" + name).body();
    assertThat(body.path("id")).isEqualTo(job.body().at("/target/id"));
    assertThat(body.path("state").asText()).isEqualTo("PROVISIONING");
    assertThat(body.path("clonedFrom").asText()).isEqualTo(snapshot);
    assertThat(body.path("restoredFrom").isNull()).isTrue();
    assertThat(body.path("vcpus").asInt()).isEqualTo(1);
    assertThat(body.path("memoryMiB").asInt()).isEqualTo(512);
    assertThat(body.path("disks").findValuesAsText("sizeGiB")).containsExactly("2");

    JobId id = new JobId(UUID.fromString(job.body().path("id").asText()));
    InstanceId target = new InstanceId(UUID.fromString(id(job)));
    Placement placement = ledger.reserve(id, target);
    assertThat(placement.host().name()).isEqualTo(host.name());
    assertThat(placement.instance().image()).isNull();
    List<SnapshotClone> clones = snapshots.snapshotClones(id, target);
    assertThat(clones).extracting(SnapshotClone::disk).isEqualTo(placement.instance().disks());
    assertThat(clones.get(0).snapshot().id()).hasToString(snapshot);
    assertThat(clones.get(0).snapshot().instance().value()).isEqualTo(instanceId);
    assertThat(clones.get(0).pool()).isEqualTo(placement.instance().pool());
  }

  @Test
  void severalAreClonedAtOnceAndItIsNotDeletedMeanwhile() {
    String snapshot = taken();
    Answer first = clone(snapshot, Inventory.name("one"));
    Answer second = clone(snapshot, Inventory.name("two"));
    assertThat(List.of(first.status(), second.status())).containsOnly(202);
    assertRefused(delete("/v1/snapshots/" + snapshot), 409, "snapshot-busy");
    end(first);
    assertRefused(delete("/v1/snapshots/" + snapshot), 409, "snapshot-busy");
    end(second);
    assertThat(delete("/v1/snapshots/" + snapshot).status()).isEqualTo(202);
    assertRefused(clone(snapshot, Inventory.name("three")), 409, "snapshot-busy");
  }

  @Test
  void aCloneThatFailedIsRetriedAsLongAsItsSnapshotIsThere() {
    String snapshot = taken();
    String name = Inventory.name("again");
    Answer job = clone(snapshot, name);
    String path = "/v1/jobs/" + job.body().path("id").asText();
    assertThat(post(path + ":cancel", "{}").status()).isLessThan(300);
    assertThat(ENGINE.get("/v1/instances/" + name).status()).isEqualTo(404);
    Answer retry = post(path + ":retry", "{}");
    assertThat(retry.status()).as("%s", retry.body()).isEqualTo(202);
    assertThat(ENGINE.get("/v1/instances/" + name).body().path("id"))
        .isEqualTo(job.body().at("/target/id"));
    String again = "/v1/jobs/" + retry.body().path("id").asText();
    assertThat(post(again + ":cancel", "{}").status()).isLessThan(300);
    daos().snapshots().delete(UUID.fromString(snapshot));
    assertThat(post(again + ":retry", "{}").status()).isEqualTo(404);
  }

  @Test
  void aCloneHasItsSnapshotsInstanceAndHostOrNone() {
    String snapshot = taken();
    HostRow other = inventory.host(inventory.site(), 8, 8192);
    assertField(snapshot, "{'name':'x','host':'" + other.name() + "'}", "invalid-field", "host");
    assertField(snapshot, "{'name':'x','instance':'another'}", "unknown-reference", "instance");
    assertField(snapshot, "{}", "invalid-field", "name");
    Answer half = take("");
    end(half);
    assertRefused(clone(id(half), Inventory.name("x")), 409, "snapshot-not-available");
  }

  private static void assertField(String snapshot, String body, String code, String field) {
    Answer answer = post("/v1/snapshots/" + snapshot + ":clone", body);
    assertRefused(answer, 422, code);
    assertThat(answer.body().path("field").asText()).isEqualTo(field);
  }

  private static Answer clone(String snapshot, String name) {
    return post("/v1/snapshots/" + snapshot + ":clone", "{'name':'" + name + "'}");
  }

  @Test
  void aSnapshotElsewhereIsNotRestored() {
    String snapshot = taken();
    daos()
        .instances()
        .setPlace(instanceId, inventory.host(inventory.site(), 8, 8192).id(), "default");
    assertRefused(
        post("/v1/snapshots/" + snapshot + ":restore", "{'restart':true}"),
        409,
        "snapshot-elsewhere");
  }

  @Test
  void ofARestoreADeleteAndAResizeAtOnceOneIsAcceptedForEachThing() {
    String snapshot = taken();
    List<CompletableFuture<Answer>> calls =
        Stream.<java.util.function.Supplier<Answer>>of(
                () -> post("/v1/snapshots/" + snapshot + ":restore", "{'restart':true}"),
                () -> post("/v1/snapshots/" + snapshot + ":restore", "{'restart':true}"),
                () -> post("/v1/instances/" + instance + ":resize", "{'vcpus':2,'restart':true}"))
            .map(CompletableFuture::supplyAsync)
            .toList();
    assertThat(calls.stream().map(call -> call.join().status()).toList())
        .containsOnlyOnce(202)
        .containsOnly(202, 409);
  }

  @Test
  void whatWasUndoneIsRetriedWithTheSameSnapshot() {
    String name = Inventory.name("snap");
    Answer job = take("{'name':'" + name + "'}");
    Answer cancelled = post("/v1/jobs/" + job.body().path("id").asText() + ":cancel", "{}");
    assertThat(cancelled.status()).as("%s", cancelled.body()).isLessThan(300);
    assertThat(ENGINE.get("/v1/snapshots/" + name).status()).isEqualTo(404);
    Answer retry = post("/v1/jobs/" + job.body().path("id").asText() + ":retry", "{}");
    assertThat(retry.status()).as("%s", retry.body()).isEqualTo(202);
    assertThat(ENGINE.get("/v1/snapshots/" + name).body().path("id"))
        .isEqualTo(job.body().at("/target/id"));
    assertRefused(ENGINE.post("/v1/instances/" + instance + ":stop", ""), 409, "instance-busy");
  }

  /** One that is there; answers with its id. */
  private String taken() {
    Answer job = take("");
    List<SnapshotDisk> disks = List.of(new SnapshotDisk("root", 2L << 30, 1 << 20));
    daos().snapshots().setTaken(UUID.fromString(id(job)), disks, Instant.now(), 4, 0);
    end(job);
    return id(job);
  }

  private Answer take(String body) {
    return post("/v1/instances/" + instance + ":snapshot", body);
  }

  private static String id(Answer job) {
    return job.body().at("/target/id").asText();
  }

  private static void end(Answer job) {
    end(UUID.fromString(job.body().path("id").asText()));
  }

  private static void end(UUID job) {
    daos().jobs().end(job, JobState.SUCCEEDED, null, null, false, Instant.now());
  }

  private static Daos daos() {
    return ENGINE.database().daos();
  }

  private static Answer post(String path, String body) {
    return ENGINE.post(path, body.replace('\'', '"'));
  }

  private static Answer delete(String path) {
    return ENGINE.send(ENGINE.as(Role.OPERATOR, path).DELETE());
  }

  private static void assertRefused(Answer answer, int status, String code) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.body().path("code").asText()).isEqualTo(code);
  }
}
