package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.CensusItemRow;
import io.holdfast.engine.db.CensusRow;
import io.holdfast.engine.db.Contents;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobDao;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.ReservationRow;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.VolumeReservationRow;
import io.holdfast.engine.ledger.Points;
import io.holdfast.workflows.model.CensusKind;
import io.holdfast.workflows.model.ImageFormat;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.RunKind;
import io.holdfast.workflows.model.SnapshotDisk;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import java.lang.reflect.Method;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every POST and DELETE can be planned, and a plan writes nothing. */
class DryRunTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private static String host = "";
  private static String orphan = "";
  private static String site = "";

  @BeforeAll
  static void fillTheWorld() {
    Inventory inventory = new Inventory(ENGINE.database());
    post("/v1/sites", "{'name':'here'}");
    post("/v1/sites", "{'name':'empty'}");
    post("/v1/hosts", "{'name':'silent','site':'here'}");
    UUID discovery = id(ENGINE.get("/v1/jobs?target=silent").body().path("items").path(0));
    end(discovery);
    post("/v1/hosts", "{'name':'waiting','site':'here'}");
    HostRow active = inventory.host(inventory.site(), 4, 4096);
    host = active.name();
    post("/v1/flavors", "{'name':'tiny','vcpus':1,'memoryMiB':128,'diskGiB':2}");
    post("/v1/networks", "{'name':'net','mode':'NAT','cidr':'10.9.0.0/24'}");
    post("/v1/networks", "{'name':'unused','mode':'NAT','cidr':'10.9.1.0/24'}");
    UUID image = id(post("/v1/images", "{'name':'guest'}").body());
    var images = ENGINE.database().daos().images();
    String hash = "0".repeat(64);
    images.setContent(image, ImageFormat.QCOW2, hash, hash, 1000, 1L << 30);
    images.setState(image, ImageState.AVAILABLE);
    post("/v1/images", "{'name':'unwanted'}");
    JsonNode job = post("/v1/instances", DryRunSample.instance("there")).body();
    UUID there = UUID.fromString(job.path("target").path("id").asText());
    ENGINE.database().daos().instances().setPlace(there, active.id(), "default");
    end(id(job));
    claim(there, active.id(), 128);
    volume("free", active.id());
    ENGINE.database().daos().volumes().setInstance(volume("taken", active.id()), there);
    snapshot("taken");
    HostRow replicas = protect(inventory, active);
    recover(active, replicas);
    post("/v1/recovery-plans", DryRunSample.plan("ready").replace("{site}", site));
    test(
        id(post("/v1/recovery-plans", DryRunSample.plan("tested").replace("{site}", site)).body()));
    post("/v1/recovery-plans", DryRunSample.plan("drilled").replace("{site}", site));
    post("/v1/drill-schedules", DryRunSample.schedule("nightly"));
    orphan = findOrphan(active);
    accept(DryRunSample.BLOCKED, JobKind.DELETE_INSTANCE, UUID.randomUUID());
    accept(DryRunSample.MOVES, JobKind.MIGRATE_INSTANCE, UUID.randomUUID());
    accept(DryRunSample.CANCELLED, JobKind.DELETE_INSTANCE, there);
    JobDao jobs = ENGINE.database().daos().jobs();
    List<JobVerb> asks = List.of(JobVerb.RESUME, JobVerb.SKIP, JobVerb.ABORT);
    JobHold hold = new JobHold(UUID.randomUUID(), JobState.BLOCKED, asks);
    jobs.touch(DryRunSample.BLOCKED, hold, Inventory.now(), Inventory.now());
    jobs.end(DryRunSample.CANCELLED, JobState.CANCELLED, null, null, true, Inventory.now());
  }

  /** A test of the plan that stands. */
  private static void test(UUID plan) {
    Daos daos = ENGINE.database().daos();
    RecoveryPlanRow row = daos.recoveryPlans().findById(plan).orElseThrow();
    daos.planRuns()
        .insert(PlanRunRow.of(DryRunSample.RUN, row, RunKind.TEST, null, Inventory.now()));
    JobRow job =
        JobRow.pending(
            DryRunSample.RUN,
            JobKind.TEST_PLAN,
            TargetType.RECOVERY_PLAN,
            plan,
            row.name(),
            JsonNodeFactory.instance.objectNode(),
            "tester",
            Inventory.now());
    daos.jobs().accept(job, job.steps());
    daos.jobs().succeed(job.id(), JsonNodeFactory.instance.objectNode(), Inventory.now());
  }

  /** A group with a point, whose rounds do not begin by themselves. */
  private static HostRow protect(Inventory inventory, HostRow source) {
    SiteRow target = inventory.site();
    HostRow replicas =
        inventory.host(target, 4, 80); // room for replicas, and for a very small instance
    site = target.name();
    JsonNode job =
        post(
                "/v1/instances",
                "{'name':'guarded','image':'guest','vcpus':1,'memoryMiB':64,'networks':['net']}")
            .body();
    UUID guarded = UUID.fromString(job.path("target").path("id").asText());
    Daos daos = ENGINE.database().daos();
    daos.instances().setPlace(guarded, source.id(), "default");
    claim(guarded, source.id(), 64);
    end(id(job));
    ProtectionGroupRow group =
        Inventory.group("guarded", target, Inventory.now().plusSeconds(9999), Duration.ofHours(1));
    daos.protectionGroups().insert(group);
    daos.protectionGroups() // its point is not too old for a drill, however slow the machine is
        .setDefinition(
            group.id(), 86_400_000, group.retention(), group.consistency(), group.nextRoundAt());
    daos.protectionGroups().tryInsertMember(guarded, group.id(), 0);
    new Points(ENGINE.database()).available(DryRunSample.POINT, group, List.of("root"));
    return replicas;
  }

  /** A plan whose instance another one has taken over from. */
  private static void recover(HostRow from, HostRow to) {
    post("/v1/networks", "{'name':'beside','mode':'NAT','cidr':'10.9.2.0/24'}");
    UUID lost = placed("lost", from);
    UUID owner = placed("lost-dr", to);
    Daos daos = ENGINE.database().daos();
    SiteRow target = daos.sites().findById(to.siteId()).orElseThrow();
    ProtectionGroupRow group =
        Inventory.group("lost", target, Inventory.now().plusSeconds(9999), Duration.ofHours(1));
    daos.protectionGroups().insert(group);
    daos.protectionGroups().tryInsertMember(lost, group.id(), 0);
    post(
        "/v1/recovery-plans",
        DryRunSample.plan("recovered").replace("{site}", site).replace("'guarded'", "'lost'"));
    daos.planRuns().promote(lost, owner, UUID.randomUUID(), Inventory.now());
  }

  /** An instance without a claim. */
  private static UUID placed(String name, HostRow on) {
    String wanted = DryRunSample.instance(name).replace("'net'", "'beside'");
    JsonNode job = post("/v1/instances", wanted).body();
    UUID id = UUID.fromString(job.path("target").path("id").asText());
    ENGINE.database().daos().instances().setPlace(id, on.id(), "default");
    end(id(job));
    return id;
  }

  private static void claim(UUID instance, UUID on, long memoryMiB) {
    ReservationRow claim =
        new ReservationRow(
            instance, UUID.randomUUID(), on, "default", 1, memoryMiB, 2L << 30, Inventory.now());
    ENGINE.database().daos().reservations().insert(claim);
  }

  /** One that is there. */
  private static UUID volume(String name, UUID on) {
    JsonNode job = post("/v1/volumes", "{'name':'" + name + "','sizeGiB':1}").body();
    UUID id = UUID.fromString(job.path("target").path("id").asText());
    Daos daos = ENGINE.database().daos();
    daos.volumes().setPlace(id, on, "default");
    daos.volumes().setMade(id, Inventory.now());
    daos.volumeReservations()
        .insert(
            new VolumeReservationRow(
                id, UUID.randomUUID(), on, "default", 1L << 30, Inventory.now()));
    end(id(job));
    return id;
  }

  /** One of the instance "there". */
  private static void snapshot(String name) {
    JsonNode job = post("/v1/instances/there:snapshot", "{'name':'" + name + "'}").body();
    UUID id = UUID.fromString(job.path("target").path("id").asText());
    List<SnapshotDisk> disks = List.of(new SnapshotDisk("root", Inventory.GIB, 1));
    ENGINE.database().daos().snapshots().setTaken(id, disks, Inventory.now(), 1);
    end(id(job));
  }

  /** A domain of ours that no instance has. */
  private static String findOrphan(HostRow on) {
    CensusItemRow domain =
        new CensusItemRow(
            on.id(),
            CensusKind.DOMAIN,
            "",
            "hf-x",
            UUID.randomUUID(),
            null,
            0,
            "",
            null,
            Inventory.now());
    ENGINE
        .database()
        .daos()
        .censuses()
        .replace(new CensusRow(on.id(), Inventory.now(), "d"), List.of(domain));
    return ENGINE.get("/v1/orphans").body().path("items").path(0).path("id").asText();
  }

  private static void accept(UUID id, JobKind kind, UUID instance) {
    JobRow job =
        JobRow.pending(
            id,
            kind,
            TargetType.INSTANCE,
            instance,
            "vm",
            JsonNodeFactory.instance.objectNode(),
            "tester",
            Inventory.now());
    ENGINE.database().daos().jobs().accept(job, job.kind().steps());
  }

  @TestFactory
  Stream<DynamicTest> aPlanWritesNothing() {
    Map<String, HttpMethod> operations = changes();
    assertThat(DryRunSample.ALL.keySet()).containsExactlyInAnyOrderElementsOf(operations.keySet());
    return operations.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () ->
                        planWritesNothing(
                            entry.getValue(),
                            Objects.requireNonNull(DryRunSample.ALL.get(entry.getKey())))));
  }

  private static void planWritesNothing(HttpMethod method, DryRunSample sample) {
    await().until(() -> !ENGINE.database().daos().events().isPending()); // else told meanwhile
    Map<String, List<String>> before = Contents.of(ENGINE.dataSource());
    String address = sample.address().replace("{host}", host).replace("{orphan}", orphan);
    Answer plan = send(method, address + "?dryRun=true", sample.body().replace("{site}", site));

    assertThat(plan.status()).as("%s", plan.body()).isEqualTo(200);
    assertThat(Contents.of(ENGINE.dataSource())).isEqualTo(before);
    if (sample.address().endsWith(":validate")) { // is a plan by itself
      assertThat(plan.body().path("ok").asBoolean()).as("%s", plan.body()).isTrue();
      return;
    }
    assertThat(plan.body().path("kind").asText()).isNotEmpty();
    assertThat(plan.body().path("problem").isNull()).as("%s", plan.body()).isTrue();
    assertThat(plan.body().path("steps").size() > 0)
        .as("steps, or a definition")
        .isEqualTo(plan.body().path("definition").isNull());
  }

  /** All that change something, by the document that is made of the resources. */
  private static Map<String, HttpMethod> changes() {
    Map<String, HttpMethod> changes = new TreeMap<>();
    OpenApiDocument.make()
        .getPaths()
        .forEach(
            (path, item) ->
                item.readOperationsMap()
                    .forEach(
                        (method, operation) -> {
                          if (method == HttpMethod.POST || method == HttpMethod.DELETE) {
                            changes.put(operation.getOperationId(), method);
                            assertThat(hasDryRun(operation)).as(path).isTrue();
                          }
                        }));
    return changes;
  }

  private static boolean hasDryRun(Operation operation) {
    return operation.getParameters().stream().anyMatch(p -> p.getName().equals("dryRun"));
  }

  /** {@link Call} carries the wish; a method without one could not know of it. */
  @Test
  void everyMethodThatChangesSomethingTakesACall() {
    List<Method> changes =
        OpenApiDocument.resources().stream()
            .flatMap(resource -> Arrays.stream(resource.getMethods()))
            .filter(m -> m.isAnnotationPresent(POST.class) || m.isAnnotationPresent(DELETE.class))
            .toList();
    assertThat(changes)
        .hasSameSizeAs(DryRunSample.ALL.keySet())
        .allMatch(
            method ->
                Arrays.stream(method.getParameters())
                    .anyMatch(
                        p -> p.getType() == Call.class && p.isAnnotationPresent(BeanParam.class)));
  }

  @Test
  void aCreateIsPlannedWithItsHostAndTheHostsThatWillNotDo() {
    JsonNode plan = post("/v1/instances?dryRun=true", DryRunSample.instance("planned")).body();

    assertThat(plan.path("kind").asText()).isEqualTo("CREATE_INSTANCE");
    assertThat(plan.path("target").path("name").asText()).isEqualTo("planned");
    assertThat(plan.path("placement").path("host").asText()).isEqualTo(host);
    assertThat(plan.path("placement").path("pool").asText()).isEqualTo("default");
    assertThat(plan.path("placement").path("why").asText()).isEqualTo("the only host that will do");
    assertThat(plan.path("refusals")).hasSize(3);
    assertThat(refusal(plan, "silent").path("code").asText()).isEqualTo("NOT_ACTIVE");
    assertThat(plan.path("steps")).hasSize(8);
    assertThat(plan.path("steps").path(0).path("host").isNull()).isTrue();
    assertThat(plan.path("steps").path(1).path("detail").asText()).isEqualTo("copied to " + host);
    assertThat(plan.path("steps").path(3).path("detail").asText()).isEqualTo("10.9.0.2 in net");
  }

  @Test
  void whatFitsNowhereIsAPlanWithNumbers() {
    String body =
        DryRunSample.json(
            "{'name':'big','image':'guest','vcpus':1,'memoryMiB':8192,'networks':['net']}");
    JsonNode plan = ENGINE.post("/v1/instances?dryRun=true", body).body();

    assertThat(plan.path("problem").path("code").asText()).isEqualTo("no-capacity");
    assertThat(plan.path("placement").isNull()).isTrue();
    JsonNode refusal = refusal(plan, host);
    assertThat(refusal.path("code").asText()).isEqualTo("MEMORY");
    assertThat(refusal.path("needed").asLong()).isEqualTo(8192);
    assertThat(refusal.path("free").asLong())
        .isEqualTo(4096 - 409 - 128 - 64); // kept, and claimed twice
    assertThat(refusal.path("unit").asText()).isEqualTo("MiB");
  }

  @Test
  void aBusyTargetIsAPlanWithTheJobInItsWay() {
    UUID job = id(post("/v1/instances", DryRunSample.instance("busy")).body());

    JsonNode plan = send(HttpMethod.DELETE, "/v1/instances/busy?dryRun=true", "").body();

    assertThat(plan.path("problem").path("code").asText()).isEqualTo("instance-busy");
    assertThat(plan.path("problem").path("job").asText()).isEqualTo(job.toString());
    assertThat(plan.path("steps")).hasSize(5);
  }

  @Test
  void aPlanDoesNotUseUpItsKey() {
    String[] key = {"Idempotency-Key", "planned-first"};
    Answer plan = ENGINE.post("/v1/sites?dryRun=true", DryRunSample.json("{'name':'a-plan'}"), key);
    Answer made = ENGINE.post("/v1/sites", DryRunSample.json("{'name':'something-else'}"), key);
    assertThat(List.of(plan.status(), made.status())).containsExactly(200, 201);
    assertThat(plan.body().path("definition").path("name").asText()).isEqualTo("a-plan");
    assertThat(ENGINE.get("/v1/sites/a-plan").status()).isEqualTo(404);
  }

  @Test
  void aPlannedTokenShowsNoSecret() {
    JsonNode plan = post("/v1/tokens?dryRun=true", "{'name':'t','role':'ADMIN'}").body();
    assertThat(plan.path("definition").path("name").asText()).isEqualTo("t");
    assertThat(plan.path("definition").has("token")).isFalse();
  }

  private static JsonNode refusal(JsonNode plan, String host) {
    return StreamSupport.stream(plan.path("refusals").spliterator(), false)
        .filter(refusal -> refusal.path("host").asText().equals(host))
        .findFirst()
        .orElseThrow();
  }

  private static Answer post(String address, String body) {
    return ENGINE.post(address, DryRunSample.json(body));
  }

  private static Answer send(HttpMethod method, String address, String body) {
    return ENGINE.send(
        ENGINE
            .as(Role.ADMIN, address)
            .method(
                method.name(),
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
  }

  private static void end(UUID job) {
    ENGINE
        .database()
        .daos()
        .jobs()
        .end(job, JobState.SUCCEEDED, null, null, false, Inventory.now());
  }

  private static UUID id(JsonNode body) {
    return UUID.fromString(body.path("id").asText());
  }
}
