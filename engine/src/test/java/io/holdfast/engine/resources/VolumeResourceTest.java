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
import io.holdfast.engine.db.ReservationRow;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PowerState;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Volumes and sizes over HTTP, as far as the acceptance of their jobs. */
class VolumeResourceTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private Inventory inventory = new Inventory(ENGINE.database());
  private HostRow host = inventory.host(inventory.site(), 8, 8192);
  private String instance = "";
  private UUID instanceId = UUID.randomUUID();

  @BeforeEach
  void anInstanceThatRuns() {
    instanceId = instanceOn(host);
    instance = name(instanceId);
  }

  @Test
  void aCreateIsAJobAboutAVolumeThatIsThereAtOnce() {
    String name = Inventory.name("data");
    Answer job = create(name, "'instance':'" + instance + "','labels':{'a':'b'}");

    assertThat(job.status()).as("%s", job.body()).isEqualTo(202);
    assertThat(job.body().at("/target/type").asText()).isEqualTo("volume");
    assertThat(job.body().path("steps")).hasSize(3);
    Answer volume = ENGINE.get("/v1/volumes/" + name);
    assertThat(volume.body().path("state").asText()).isEqualTo("CREATING");
    assertThat(volume.body().path("sizeGiB").asInt()).isEqualTo(2);
    assertThat(volume.body().path("id")).isEqualTo(job.body().at("/target/id"));
    assertThat(volume.body().path("activeJob")).isEqualTo(job.body().path("id"));
    assertThat(ENGINE.get("/v1/volumes?name=" + name).body().at("/items/0"))
        .isEqualTo(volume.body());
    assertRefused(create(name, ""), 409, "name-taken");
    assertRefused(verb(name, "resize", "{'sizeGiB':3}"), 409, "volume-busy");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "volumes | {} | 422 | invalid-field | name",
        "volumes | {'name':'v'} | 422 | invalid-field | sizeGiB",
        "volumes | {'name':'v','sizeGiB':0} | 422 | invalid-field | sizeGiB",
        "volumes | {'name':'v','sizeGiB':1,'host':'none'} | 422 | unknown-reference | host",
        "volumes | {'name':'v','sizeGiB':1,'site':'none'} | 422 | unknown-reference | site",
        "volumes | {'name':'v','sizeGiB':1,'instance':'none'} | 422 | unknown-reference | instance",
        "volumes | {'name':'v','sizeGiB':1,'instance':'i','host':'h'} | 422 | invalid-field | host",
        "volumes | {'name':'v','sizeGiB':1,'labels':{'a b':'c'}} | 422 | invalid-field | labels.a"
            + " b",
        "volumes | {'name':'v','sizeGiB':1,'size':1} | 422 | unknown-field | size",
        "volumes/none:attach | {'instance':'i'} | 404 | not-found |",
        "volumes/none:detach | {} | 404 | not-found |",
        "volumes/none:resize | {'sizeGiB':'1'} | 422 | invalid-field | sizeGiB",
        "instances/none:resize | {'vcpus':2} | 404 | not-found |",
        "instances/none:resize | {'vcpus':0} | 422 | invalid-field | vcpus",
        "instances/none:resize | {'restart':'yes'} | 422 | invalid-field | restart",
      })
  void badInputIsRefused(String path, String body, int status, String code, String field) {
    Answer answer = ENGINE.post("/v1/" + path, body.replace('\'', '"'));
    assertRefused(answer, status, code);
    assertThat(answer.body().path("field").asText("")).isEqualTo(field == null ? "" : field);
  }

  @Test
  void anAttachWorksOnItsInstanceToo() {
    String volume = made(host);
    Answer attach = verb(volume, "attach", "{'instance':'" + instance + "'}");
    assertThat(attach.status()).as("%s", attach.body()).isEqualTo(202);

    JsonNode busy = ENGINE.get("/v1/instances/" + instance).body();
    assertThat(List.of(busy.path("activeJob"), busy.at("/lease/job")))
        .containsOnly(attach.body().path("id"));
    assertThat(busy.at("/lease/resource/type").asText()).isEqualTo("instance");
    assertThat(ENGINE.get("/v1/leases?name=" + instance).body().at("/items/0"))
        .isEqualTo(busy.path("lease"));
    Answer stop = ENGINE.post("/v1/instances/" + instance + ":stop", "");
    assertRefused(stop, 409, "instance-busy");
    assertThat(stop.body().path("job")).isEqualTo(attach.body().path("id"));
    assertRefused(delete("/v1/volumes/" + volume), 409, "volume-busy");
    end(attach);
    assertThat(delete("/v1/instances/" + instance).status()).isEqualTo(202);
    assertRefused(verb(volume, "attach", "{'instance':'" + instance + "'}"), 409, "instance-busy");
  }

  @Test
  void nobodyElseWorksOnAVolumeWhileItsInstanceMoves() {
    String volume = made(host);
    daos().volumes().setInstance(id(volume), instanceId, Inventory.now());
    Answer move = post("/v1/instances/" + instance + ":migrate", "{}");
    assertThat(move.status()).as("%s", move.body()).isEqualTo(202);
    assertThat(daos().jobs().besideOf(job(move).id())).containsExactly(id(volume));

    assertRefused(verb(volume, "detach", "{}"), 409, "instance-busy");
    Answer resize = verb(volume, "resize", "{'sizeGiB':3}");
    assertRefused(resize, 409, "instance-busy");
    assertThat(resize.body().path("job")).isEqualTo(move.body().path("id"));
    assertRefused(delete("/v1/volumes/" + volume), 409, "volume-busy");

    fail(move);
    Answer retry = post("/v1/jobs/" + move.body().path("id").asText() + ":retry", "{}");
    assertThat(retry.status()).as("%s", retry.body()).isEqualTo(202);
    assertThat(daos().jobs().besideOf(job(retry).id())).containsExactly(id(volume));
    end(retry);
    assertThat(verb(volume, "resize", "{'sizeGiB':3}").status()).isEqualTo(202);
  }

  @Test
  void theDryRunOfAMoveNamesTheVolumesThatGoAlong() {
    HostRow other = inventory.host(inventory.site(), 8, 8192);
    ReservationRow claim =
        new ReservationRow(
            instanceId,
            UUID.randomUUID(),
            host.id(),
            "default",
            1,
            512,
            2 * Inventory.GIB,
            Instant.now());
    daos().reservations().insert(claim);
    VolumeRow volume = inventory.attached(instanceId, host, "default", 3);
    Answer plan =
        post(
            "/v1/instances/" + instance + ":migrate?dryRun=true",
            "{'host':'" + other.name() + "'}");
    assertThat(plan.body().path("problem").isNull()).as("%s", plan.body()).isTrue();
    assertThat(plan.body().path("steps").findValuesAsText("detail"))
        .contains("with volume " + volume.name() + " (3 GiB)");
  }

  @Test
  void whoeverHasAVolumeKeepsIt() {
    String volume = made(host);
    assertRefused(verb(volume, "detach", "{}"), 409, "volume-not-attached");
    ENGINE.database().daos().volumes().setInstance(id(volume), instanceId, Inventory.now());

    assertThat(ENGINE.get("/v1/volumes/" + volume).body().path("state").asText())
        .isEqualTo("IN_USE");
    assertThat(ENGINE.get("/v1/instances/" + instance).body().at("/disks/1/volume").asText())
        .isEqualTo(id(volume).toString());
    assertRefused(delete("/v1/volumes/" + volume), 409, "in-use");
    String other = name(instanceOn(host));
    assertRefused(verb(volume, "attach", "{'instance':'" + other + "'}"), 409, "in-use");
    Answer smaller = verb(volume, "resize", "{'sizeGiB':1}");
    assertRefused(smaller, 422, "invalid-field");
    assertThat(smaller.body().path("field").asText()).isEqualTo("sizeGiB");
    assertThat(verb(volume, "detach", "{}").status()).isEqualTo(202);
  }

  @Test
  void aVolumeElsewhereIsRefusedWithBothHosts() {
    HostRow other = inventory.host(inventory.site(), 8, 8192);
    String volume = made(other);
    Answer refused = verb(volume, "attach", "{'instance':'" + instance + "'}");
    assertRefused(refused, 409, "volume-elsewhere");
    assertThat(refused.body().path("detail").asText()).contains(host.name(), other.name());
  }

  @Test
  void ofAnAttachAndADeleteAtOnceOneIsAccepted() {
    for (int round = 0; round < 10; round++) {
      String victim = name(instanceOn(host));
      List<String> volumes = IntStream.range(0, 3).mapToObj(i -> made(host)).toList();
      List<CompletableFuture<Answer>> calls =
          Stream.concat(
                  volumes.stream()
                      .map(
                          v ->
                              CompletableFuture.supplyAsync(
                                  () -> verb(v, "attach", "{'instance':'" + victim + "'}"))),
                  Stream.of(CompletableFuture.supplyAsync(() -> delete("/v1/instances/" + victim))))
              .toList();
      List<Integer> statuses = calls.stream().map(call -> call.join().status()).toList();
      assertThat(statuses).containsOnlyOnce(202).containsOnly(202, 409);
    }
  }

  @Test
  void aRetryTakesBothTurnsAgain() {
    String volume = made(host);
    Answer attach = verb(volume, "attach", "{'instance':'" + instance + "'}");
    fail(attach);
    Answer retry = post("/v1/jobs/" + attach.body().path("id").asText() + ":retry", "{}");
    assertThat(retry.status()).as("%s", retry.body()).isEqualTo(202);
    assertRefused(ENGINE.post("/v1/instances/" + instance + ":stop", ""), 409, "instance-busy");

    fail(retry);
    daos().volumes().setInstance(id(volume), instanceOn(host), Inventory.now());
    Answer again = post("/v1/jobs/" + retry.body().path("id").asText() + ":retry", "{}");
    assertRefused(again, 409, "in-use");
  }

  @Test
  void aCreateThatWasUndoneIsRetriedWithTheSameVolume() {
    String name = Inventory.name("data");
    Answer create = create(name, "'host':'" + host.name() + "','labels':{'a':'b'}");
    Answer cancelled = post("/v1/jobs/" + create.body().path("id").asText() + ":cancel", "{}");
    assertThat(cancelled.status()).as("%s", cancelled.body()).isLessThan(300);
    assertThat(ENGINE.get("/v1/volumes/" + name).status()).isEqualTo(404);

    Answer retry = post("/v1/jobs/" + create.body().path("id").asText() + ":retry", "{}");
    assertThat(retry.status()).as("%s", retry.body()).isEqualTo(202);
    Answer volume = ENGINE.get("/v1/volumes/" + name);
    assertThat(volume.body().path("id")).isEqualTo(create.body().at("/target/id"));
    assertThat(volume.body().at("/labels/a").asText()).isEqualTo("b");
  }

  @Test
  void anInstanceThatRunsIsResizedOnlyWhenItMayRestart() {
    String path = "/v1/instances/" + instance + ":resize";
    assertRefused(post(path, "{'vcpus':2}"), 409, "instance-must-be-stopped");
    assertRefused(post(path, "{}"), 422, "invalid-field");
    assertRefused(post(path, "{'flavor':'none'}"), 422, "unknown-reference");
    Answer accepted = post(path, "{'vcpus':2,'restart':true}");
    assertThat(accepted.status()).as("%s", accepted.body()).isEqualTo(202);
    assertThat(accepted.body().path("kind").asText()).isEqualTo("RESIZE_INSTANCE");
    end(accepted);
    daos().instances().setPower(instanceId, PowerState.SHUTOFF, Instant.now());
    Answer off = post(path, "{'memoryMiB':256}");
    assertThat(off.status()).as("%s", off.body()).isEqualTo(202);
    JobRow row = job(off);
    assertThat(row.request().path("vcpus").asInt()).isEqualTo(1);
    assertThat(row.request().path("memoryMiB").asInt()).isEqualTo(256);
  }

  @Test
  void anInstanceThatRunsGrowsWithinItsLimit() {
    String path = "/v1/instances/" + instance + ":resize";
    Answer old = post(path, "{'vcpus':2}");
    assertThat(old.body().at("/causes/0").asText()).startsWith("it was started without room");
    daos().instances().setLimit(instanceId, 4, 1024);
    JsonNode body = ENGINE.get("/v1/instances/" + instance).body();
    assertThat(body.path("maxVcpus").asInt()).isEqualTo(4);
    assertThat(body.path("maxMemoryMiB").asInt()).isEqualTo(1024);

    assertRefused(post(path, "{'vcpus':5}"), 409, "instance-must-be-stopped");
    assertRefused(post(path, "{'memoryMiB':576}"), 409, "instance-must-be-stopped");
    assertRefused(post(path, "{'memoryMiB':256}"), 409, "instance-must-be-stopped");
    assertRefused(post(path, "{'maxVcpus':8}"), 409, "instance-must-be-stopped");
    Answer below = post(path, "{'vcpus':2,'maxVcpus':1}");
    assertRefused(below, 422, "invalid-field");
    assertThat(below.body().path("field").asText()).isEqualTo("maxVcpus");
    Answer small = post(path, "{'memoryMiB':128,'maxMemoryMiB':512,'restart':true}");
    assertRefused(small, 422, "invalid-field");
    assertThat(small.body().path("field").asText()).isEqualTo("maxMemoryMiB");

    Answer grows = post(path, "{'vcpus':4,'memoryMiB':1024}");
    assertThat(grows.status()).as("%s", grows.body()).isEqualTo(202);
    end(grows);
  }

  @Test
  void volumesAreFoundByTheirHostTheirInstanceAndTheirLabels() {
    HostRow other = inventory.host(inventory.site(), 8, 8192);
    String stem = Inventory.name("data");
    create(stem + "-a", "'host':'" + host.name() + "','labels':{'find':'" + stem + "'}");
    create(stem + "-b", "'host':'" + other.name() + "','labels':{'find':'" + stem + "','b':'1'}");
    daos().volumes().setPlace(id(stem + "-a"), host.id(), "default");
    daos().volumes().setPlace(id(stem + "-b"), other.id(), "default");
    daos().volumes().setInstance(id(stem + "-a"), instanceId, Inventory.now());

    String labelled = "label=find=" + stem;
    assertThat(found(labelled)).containsExactly(stem + "-a", stem + "-b");
    assertThat(found(labelled + "&label=b=1")).containsExactly(stem + "-b");
    assertThat(found("host=" + host.name())).containsExactly(stem + "-a");
    assertThat(found("host=" + other.id())).containsExactly(stem + "-b");
    assertThat(found("instance=" + instance)).containsExactly(stem + "-a");
    assertThat(found("instance=" + instanceId)).containsExactly(stem + "-a");
    assertThat(found("instance=none")).isEmpty();
    assertThat(ENGINE.get("/v1/hosts?site=" + other.siteId()).body().path("items"))
        .singleElement()
        .extracting(one -> one.path("name").asText())
        .isEqualTo(other.name());
    assertThat(ENGINE.get("/v1/hosts?site=none").body().path("items")).isEmpty();
  }

  private static List<String> found(String query) {
    return ENGINE.get("/v1/volumes?" + query).body().path("items").findValuesAsText("name");
  }

  private UUID instanceOn(HostRow where) {
    JobRow job = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    daos().instances().setPlace(job.targetId(), where.id(), "default");
    daos().instances().setPower(job.targetId(), PowerState.RUNNING, Instant.now());
    end(job.id());
    return job.targetId();
  }

  private String name(UUID id) {
    return daos().instances().findById(id).orElseThrow().name();
  }

  /** A volume that is there, on this host. */
  private String made(HostRow where) {
    String name = Inventory.name("data");
    end(create(name, "'host':'" + where.name() + "'"));
    daos().volumes().setPlace(id(name), where.id(), "default");
    daos().volumes().setMade(id(name), Instant.now());
    return name;
  }

  private UUID id(String volume) {
    return daos().volumes().findByName(volume).orElseThrow().id();
  }

  private void end(Answer answer) {
    end(job(answer).id());
  }

  private void fail(Answer answer) {
    daos().jobs().end(job(answer).id(), JobState.FAILED, null, null, true, Instant.now());
  }

  private void end(UUID job) {
    daos().jobs().end(job, JobState.SUCCEEDED, null, null, false, Instant.now());
  }

  private JobRow job(Answer answer) {
    return daos().jobs().find(UUID.fromString(answer.body().path("id").asText())).orElseThrow();
  }

  private static Daos daos() {
    return ENGINE.database().daos();
  }

  private static Answer create(String name, String more) {
    String body = "{'name':'" + name + "','sizeGiB':2" + (more.isEmpty() ? "" : ",") + more + "}";
    return post("/v1/volumes", body);
  }

  private static Answer verb(String volume, String verb, String body) {
    return post("/v1/volumes/" + volume + ":" + verb, body);
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
