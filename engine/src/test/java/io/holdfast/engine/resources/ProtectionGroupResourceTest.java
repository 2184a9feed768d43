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
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.workflows.model.JobPolicy.OnFailure;
import io.holdfast.workflows.model.JobState;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Protection groups and recovery points over HTTP, as far as the acceptance of their jobs. */
class ProtectionGroupResourceTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private final Inventory inventory = new Inventory(ENGINE.database());
  private final SiteRow here = inventory.site();
  private final SiteRow there = inventory.site();
  private final HostRow source = inventory.host(here, 8, 8192);
  private final HostRow keeper = inventory.host(there, 8, 8192);
  private final UUID instance = placed();

  @Test
  void aGroupIsThereAtOnceAndItsFirstRoundBegins() {
    String name = Inventory.name("group");
    Answer made = create(name, "'retention':{'keepLast':3,'daily':7}");

    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    JsonNode body = made.body();
    assertThat(made.response().headers().firstValue("Location"))
        .contains("/v1/protection-groups/" + body.path("id").asText());
    assertThat(body.path("rpo").asText()).isEqualTo("PT1M");
    assertThat(body.at("/retention/keepLast").asInt()).isEqualTo(3);
    assertThat(body.at("/retention/hourly").asInt()).isZero();
    assertThat(body.path("consistency").asText()).isEqualTo("CRASH");
    assertThat(body.at("/instances/0/id").asText()).isEqualTo(instance.toString());
    assertThat(body.at("/instances/0/host").asText()).isEqualTo(keeper.name());
    assertThat(body.path("replication").asText()).isEqualTo("INITIAL_SYNC");
    assertThat(body.path("restorableAt").isNull()).isTrue();
    assertThat(body.path("rpoViolation").isNull()).isTrue();
    assertThat(ENGINE.get("/v1/protection-groups?name=" + name).body().at("/items/0/id"))
        .isEqualTo(body.path("id"));
    assertRefused(create(name, ""), 409, "name-taken");
    Answer second = create(Inventory.name("group"), "");
    assertRefused(second, 409, "already-protected");
    assertThat(second.body().path("detail").asText()).contains(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{} | 422 | invalid-field | instances",
        "{'name':'g','instances':[],'targetSite':'s','rpo':'PT1M'} | 422 | invalid-field | instances",
        "{'name':'g','instances':['none'],'targetSite':'$','rpo':'PT1M'} | 422 | unknown-reference | instances[0]",
        "{'name':'g','instances':['i'],'targetSite':'none','rpo':'PT1M'} | 422 | unknown-reference | targetSite",
        "{'name':'g','instances':['i'],'targetSite':'$','rpo':'PT1S'} | 422 | invalid-field | rpo",
        "{'name':'g','instances':['i'],'targetSite':'$','rpo':'P8D'} | 422 | invalid-field | rpo",
        "{'name':'g','instances':['i'],'targetSite':'$','rpo':'1m'} | 422 | invalid-field | rpo",
        "{'name':'g','instances':['i'],'targetSite':'$','rpo':60} | 422 | invalid-field | rpo",
        "{'name':'g','instances':['i'],'targetSite':'$','rpo':'PT1M','retention':{'keepLast':0}} | 422 | invalid-field | retention.keepLast",
        "{'name':'g','instances':['i'],'targetSite':'$','rpo':'PT1M','consistency':'SOME'} | 422 | invalid-field | consistency",
        "{'name':'g','instances':['i'],'targetSite':'$','rpo':'PT1M','when':1} | 422 | unknown-field | when",
      })
  void badInputIsRefused(String body, int status, String code, String field) {
    Answer answer = post("/v1/protection-groups", body.replace("$", there.name()));
    assertRefused(answer, status, code);
    assertThat(answer.body().path("field").asText()).isEqualTo(field);
  }

  @Test
  void aTargetAtTheSameSiteOrWithoutRoomIsRefused() {
    Answer same = create(Inventory.name("group"), here.name(), "");
    assertRefused(same, 422, "invalid-field");
    assertThat(same.body().path("field").asText()).isEqualTo("targetSite");
    SiteRow full = inventory.site();
    inventory.registeredHost(full);
    Answer none = create(Inventory.name("group"), full.name(), "");
    assertRefused(none, 409, "no-capacity");
    assertThat(none.body().path("causes").toString()).contains("NOT_ACTIVE");
    assertThat(daos().protectionGroups().groupOf(instance)).isEmpty();
  }

  @Test
  void replicasAreSpreadAsIfAllOfThemRan() {
    SiteRow site = inventory.site();
    List<String> hosts =
        List.of(inventory.host(site, 8, 8192).name(), inventory.host(site, 8, 8192).name());
    List<String> keepers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      keepers.add(keeper(placed(), site));
    }
    assertThat(keepers.subList(0, 2)).containsExactlyInAnyOrderElementsOf(hosts);
    assertThat(keepers.subList(2, 4)).containsExactlyInAnyOrderElementsOf(hosts);
  }

  /** The first by name got all that came then. */
  @Test
  void replicasAreSpreadAlsoBehindWhatTheHostsHave() {
    SiteRow site = inventory.site();
    List<String> hosts =
        List.of(inventory.host(site, 8, 600).name(), inventory.host(site, 8, 600).name());
    List<String> keepers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      keepers.add(keeper(placed(), site));
    }
    assertThat(hosts)
        .allSatisfy(host -> assertThat(keepers.stream().filter(host::equals)).hasSize(4));
  }

  /** A recovery runs where the replicas are; while there are hosts enough it finds them apart. */
  @Test
  void replicasOfInstancesThatNeverShareAHostAreApartWhileThereAreHosts() {
    SiteRow site = inventory.site();
    String large = inventory.host(site, 8, 65536).name();
    String small = inventory.host(site, 8, 8192).name();
    String group = Inventory.name("apart");
    List<String> keepers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      JobRow job = inventory.instance(inventory.image(ImageState.AVAILABLE), group);
      HostRow host = inventory.host(here, 8, 8192);
      daos().instances().setPlace(job.targetId(), host.id(), "default");
      end(job.id());
      keepers.add(keeper(job.targetId(), site));
    }
    assertThat(keepers).containsExactly(large, small, large);
  }

  private String keeper(UUID protectee, SiteRow site) {
    String body = "{'name':'%s','instances':['%s'],'targetSite':'%s','rpo':'PT1M'}";
    Answer made =
        post(
            "/v1/protection-groups",
            body.formatted(Inventory.name("group"), protectee, site.name()));
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().at("/instances/0/host").asText();
  }

  @Test
  void aRoundBlocksUnlessToldOtherwiseAndIsOneAtATime() {
    String name = paused();
    assertRefused(post(path(name) + ":replicate", ""), 409, "protection-group-paused");
    assertThat(post(path(name) + ":resume", "").status()).isEqualTo(200);
    Answer round = replicate(name);
    assertThat(round.body().at("/target/type").asText()).isEqualTo("protection-group");
    JobRow job = daos().jobs().find(id(round)).orElseThrow();
    assertThat(job.onFailure()).as("%s", job).isEqualTo(OnFailure.PAUSE);
    assertRefused(post(path(name) + ":replicate", ""), 409, "protection-group-busy");
    JsonNode group = ENGINE.get(path(name)).body();
    assertThat(group.path("activeJob")).isEqualTo(round.body().path("id"));
    assertThat(group.path("replication").asText()).isEqualTo("INITIAL_SYNC");
  }

  /** A recovery may have paused it since: a retry is a round like any other. */
  @Test
  void aRoundIsNotRetriedWhileItsGroupIsPausedOrOnlyKept() {
    String name = paused();
    assertThat(post(path(name) + ":resume", "").status()).isEqualTo(200);
    UUID failed = id(replicate(name));
    daos().jobs().end(failed, JobState.FAILED, null, null, true, Inventory.now());
    daos().protectionGroups().holdForRecovery(groupId(name), Inventory.now());
    String retry = "/v1/jobs/" + failed + ":retry";
    assertRefused(post(retry, "{}"), 409, "protection-group-paused");
    daos().protectionGroups().setPaused(groupId(name), false, Inventory.now().plusSeconds(9999));
    Answer again = post(retry, "{}");
    assertThat(again.status()).as("%s", again.body()).isEqualTo(202);
    daos().jobs().end(id(again), JobState.FAILED, null, null, true, Inventory.now());
    daos().protectionGroups().dissolve(groupId(name));
    assertRefused(post("/v1/jobs/" + id(again) + ":retry", "{}"), 409, "protection-group-empty");
  }

  @Test
  void lagAndViolationComeFromWhatIsRestorable() {
    String name = paused();
    UUID point = point(name, 1, Duration.ofSeconds(130));
    daos().recoveryPoints().insertDisk(Inventory.replica(point, instance, keeper.id()));
    JsonNode paused = ENGINE.get(path(name)).body();
    assertThat(paused.path("replication").asText()).isEqualTo("PAUSED");
    assertThat(paused.path("rpoViolation").isNull()).isTrue();
    daos().protectionGroups().setPaused(groupId(name), false, Inventory.now().plusSeconds(9999));
    daos().protectionGroups().holdForRecovery(groupId(name), Inventory.now());
    JsonNode held = ENGINE.get(path(name)).body();
    assertThat(held.path("replication").asText()).isEqualTo("PAUSED");
    assertThat(held.path("rpoViolation").asText()).as("nobody took over").isEqualTo("WARNING");
    daos().protectionGroups().setPaused(groupId(name), false, Inventory.now().plusSeconds(9999));
    JsonNode group = ENGINE.get(path(name)).body();
    assertThat(group.path("replication").asText()).isEqualTo("IDLE");
    assertThat(group.path("restorablePoint").asText()).isEqualTo(point.toString());
    assertThat(group.path("rpoViolation").asText()).isEqualTo("WARNING");
    assertThat(Duration.parse(group.path("lag").asText())).isGreaterThan(Duration.ofSeconds(129));
    String metrics = ENGINE.metrics();
    assertThat(metrics)
        .containsPattern(
            "holdfast_protection_lag_seconds\\{group=\"%s\"} 1[3-7]\\d".formatted(name))
        .contains("holdfast_protection_rpo_seconds{group=\"%s\"} 60".formatted(name))
        .contains("holdfast_protection_missed_rounds_total{group=\"%s\"} 0".formatted(name));

    daos().recoveryPoints().setState(point, RecoveryPointState.BROKEN);
    JsonNode none = ENGINE.get(path(name)).body();
    assertThat(none.path("restorableAt").isNull()).isTrue();
  }

  @Test
  void anInstanceShowsWhatProtectsIt() {
    String path = "/v1/instances/" + instance;
    assertThat(ENGINE.get(path).body().path("protection").isNull()).isTrue();
    String name = paused();
    JsonNode before = ENGINE.get(path).body().path("protection");
    assertThat(before.path("group").asText()).isEqualTo(groupId(name).toString());
    assertThat(before.path("state").asText()).isEqualTo("PROTECTING");
    UUID point = point(name, 1, Duration.ofSeconds(1));
    assertThat(ENGINE.get(path).body().at("/protection/state").asText())
        .as("a point without this instance")
        .isEqualTo("PROTECTING");
    daos().recoveryPoints().insertDisk(Inventory.replica(point, instance, keeper.id()));
    JsonNode after = ENGINE.get(path).body().path("protection");
    assertThat(after.path("state").asText()).isEqualTo("PROTECTED");
    assertThat(after.path("restorableAt").isTextual()).isTrue();
  }

  @Test
  void aPatchChangesWhatItNames() {
    String name = paused();
    UUID other = placed();
    Answer changed =
        patch(
            name,
            "{'rpo':'PT5M','consistency':'APPLICATION','instances':['%s','%s']}"
                .formatted(other, instance),
            null);
    assertThat(changed.body().path("consistency").asText()).isEqualTo("APPLICATION");
    assertThat(changed.status()).as("%s", changed.body()).isEqualTo(200);
    assertThat(changed.body().path("rpo").asText()).isEqualTo("PT5M");
    assertThat(changed.body().at("/instances/0/id").asText()).isEqualTo(other.toString());
    assertThat(changed.body().at("/instances/1/id").asText()).isEqualTo(instance.toString());
    assertRefused(patch(name, "{'rpo':'PT9M'}", "\"0\""), 412, "precondition-failed");
    Answer twice = patch(name, "{'instances':['%s','%s']}".formatted(other, other), null);
    assertRefused(twice, 422, "invalid-field");
    assertThat(twice.body().path("field").asText()).isEqualTo("instances[1]");
    assertThat(patch(name, "{'instances':['" + other + "']}", null).status()).isEqualTo(200);
    assertThat(daos().protectionGroups().groupOf(instance)).isEmpty();
    assertThat(ENGINE.get(path(name)).body().path("consistency").asText())
        .as("what is not named stays")
        .isEqualTo("APPLICATION");
  }

  @Test
  void aPointIsHeldVerifiedAndInTheWayOfAPurge() {
    String name = paused();
    UUID point = point(name, 1, Duration.ofSeconds(1));
    String address = "/v1/recovery-points/" + point;
    Answer held = post(address + ":hold", "{'reason':'for the audit'}");
    assertThat(held.status()).as("%s", held.body()).isEqualTo(200);
    assertThat(held.body().path("held").asBoolean()).isTrue();
    assertThat(held.body().path("heldReason").asText()).isEqualTo("for the audit");
    assertThat(ENGINE.get(path(name) + "/recovery-points").body().at("/items/0"))
        .isEqualTo(held.body());
    assertRefused(delete(path(name) + "?purge=true"), 409, "in-use");
    assertThat(post(address + ":release", "").body().path("held").asBoolean()).isFalse();

    Answer verify = post(address + ":verify", "");
    assertThat(verify.status()).as("%s", verify.body()).isEqualTo(202);
    assertRefused(post(address + ":verify", ""), 409, "recovery-point-busy");
    assertRefused(delete(path(name)), 409, "recovery-point-busy");
    end(id(verify));
    Answer purge = delete(path(name) + "?purge=true");
    assertThat(purge.status()).as("%s", purge.body()).isEqualTo(202);
    assertRefused(post(address + ":verify", ""), 409, "protection-group-busy");
    assertRefused(post(address + ":hold", ""), 409, "protection-group-busy");
    end(id(purge));
    daos().recoveryPoints().setState(point, RecoveryPointState.RETIRED);
    assertRefused(post(address + ":hold", ""), 409, "recovery-point-not-available");
    assertRefused(post("/v1/recovery-points/" + UUID.randomUUID() + ":hold", ""), 404, "not-found");
    assertRefused(delete(path(name) + "?purge=yes"), 400, "invalid-request");
  }

  @Test
  void theSameKeyMakesOneGroup() {
    String body =
        "{'name':'%s','instances':['%s'],'targetSite':'%s','rpo':'PT1M'}"
            .formatted(Inventory.name("group"), instance, there.name());
    String[] key = {"Idempotency-Key", Inventory.name("key")};
    Answer first = ENGINE.post("/v1/protection-groups", body.replace('\'', '"'), key);
    Answer again = ENGINE.post("/v1/protection-groups", body.replace('\'', '"'), key);
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.body().path("id")).isEqualTo(first.body().path("id"));
  }

  /** A group whose rounds do not begin by themselves, so that the test decides. */
  private String paused() {
    String name = Inventory.name("group");
    assertThat(create(name, "").status()).isEqualTo(201);
    assertThat(post(path(name) + ":pause", "").body().path("paused").asBoolean()).isTrue();
    daos().jobs().activeJobOf(groupId(name)).ifPresent(ProtectionGroupResourceTest::end);
    return name;
  }

  /** The sweeper may have been faster, which is as well. */
  private static Answer replicate(String name) {
    Answer round = post(path(name) + ":replicate", "");
    if (round.status() == 202) {
      return round;
    }
    return ENGINE.get("/v1/jobs/" + round.body().path("job").asText());
  }

  private UUID point(String group, long number, Duration ago) {
    RecoveryPointRow row =
        RecoveryPointRow.staging(
            UUID.randomUUID(),
            groupId(group),
            number,
            UUID.randomUUID(),
            List.of(),
            Inventory.now());
    daos().recoveryPoints().insert(row);
    daos().recoveryPoints().setTaken(row.id(), Inventory.now().minus(ago), 0, List.of());
    daos().recoveryPoints().setState(row.id(), RecoveryPointState.AVAILABLE);
    return row.id();
  }

  private Answer create(String name, String more) {
    return create(name, there.name(), more);
  }

  private Answer create(String name, String site, String more) {
    return post(
        "/v1/protection-groups",
        "{'name':'%s','instances':['%s'],'targetSite':'%s','rpo':'PT1M'%s}"
            .formatted(name, instance, site, more.isEmpty() ? "" : "," + more));
  }

  private UUID placed() {
    JobRow job = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    daos().instances().setPlace(job.targetId(), source.id(), "default");
    end(job.id());
    return job.targetId();
  }

  private static UUID groupId(String name) {
    return daos().protectionGroups().findByName(name).orElseThrow().id();
  }

  private static String path(String group) {
    return "/v1/protection-groups/" + group;
  }

  private static Answer post(String path, String body) {
    return ENGINE.post(path, body.replace('\'', '"'));
  }

  private static Answer patch(String name, String body, @Nullable String tag) {
    String[] headers = tag == null ? new String[0] : new String[] {"If-Match", tag};
    return ENGINE.send(
        ENGINE
            .as(Role.ADMIN, path(name))
            .method("PATCH", BodyPublishers.ofString(body.replace('\'', '"'))),
        headers);
  }

  private static Answer delete(String path) {
    return ENGINE.send(ENGINE.as(Role.ADMIN, path).DELETE());
  }

  private static void assertRefused(Answer answer, int status, String code) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.body().path("code").asText()).isEqualTo(code);
  }

  private static UUID id(Answer answer) {
    return UUID.fromString(answer.body().path("id").asText());
  }

  private static void end(UUID job) {
    daos().jobs().end(job, JobState.SUCCEEDED, null, null, false, Inventory.now());
  }

  private static Daos daos() {
    return ENGINE.database().daos();
  }
}
