package io.holdfast.engine.resources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.CensusItemRow;
import io.holdfast.engine.db.CensusRow;
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
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * What the plans of {@link DryRunTest} are made in: one thing of each kind, ready for each change.
 */
final class DryRunWorld {
  final String host;
  final String orphan;
  String site = "";
  private final EngineExtension engine;

  DryRunWorld(EngineExtension engine) {
    this.engine = engine;
    Inventory inventory = new Inventory(engine.database());
    post("/v1/sites", "{'name':'here'}");
    post("/v1/sites", "{'name':'empty'}");
    post("/v1/hosts", "{'name':'silent','site':'here'}");
    UUID discovery = id(engine.get("/v1/jobs?target=silent").body().path("items").path(0));
    end(discovery);
    post("/v1/hosts", "{'name':'waiting','site':'here'}");
    HostRow active = inventory.host(inventory.site(), 4, 4096);
    host = active.name();
    post("/v1/flavors", "{'name':'tiny','vcpus':1,'memoryMiB':128,'diskGiB':2}");
    post("/v1/networks", "{'name':'net','mode':'NAT','cidr':'10.9.0.0/24'}");
    post("/v1/networks", "{'name':'unused','mode':'NAT','cidr':'10.9.1.0/24'}");
    UUID image = id(post("/v1/images", "{'name':'guest'}").body());
    var images = engine.database().daos().images();
    String hash = "0".repeat(64);
    images.setContent(image, ImageFormat.QCOW2, hash, hash, 1000, 1L << 30);
    images.setState(image, ImageState.AVAILABLE);
    post("/v1/images", "{'name':'unwanted'}");
    JsonNode job = post("/v1/instances", DryRunSample.instance("there")).body();
    UUID there = UUID.fromString(job.path("target").path("id").asText());
    engine.database().daos().instances().setPlace(there, active.id(), "default");
    end(id(job));
    claim(there, active.id(), 128);
    volume("free", active.id());
    engine
        .database()
        .daos()
        .volumes()
        .setInstance(volume("taken", active.id()), there, Inventory.now());
    snapshot("taken");
    HostRow replicas = protect(inventory, active);
    recover(active, replicas);
    small("movable", active);
    post("/v1/recovery-plans", DryRunSample.plan("ready").replace("{site}", site));
    run(DryRunSample.RUN, "tested");
    engine
        .database()
        .daos()
        .jobs()
        .succeed(DryRunSample.RUN, JsonNodeFactory.instance.objectNode(), Inventory.now());
    run(DryRunSample.HELD, "held");
    post("/v1/recovery-plans", DryRunSample.plan("drilled").replace("{site}", site));
    post("/v1/drill-schedules", DryRunSample.schedule("nightly"));
    orphan = findOrphan(active);
    accept(DryRunSample.BLOCKED, JobKind.DELETE_INSTANCE, UUID.randomUUID());
    accept(DryRunSample.MOVES, JobKind.MIGRATE_INSTANCE, UUID.randomUUID());
    accept(DryRunSample.CANCELLED, JobKind.DELETE_INSTANCE, there);
    JobDao jobs = engine.database().daos().jobs();
    List<JobVerb> asks = List.of(JobVerb.RESUME, JobVerb.SKIP, JobVerb.ABORT);
    JobHold hold = new JobHold(UUID.randomUUID(), JobState.BLOCKED, asks);
    jobs.touch(DryRunSample.BLOCKED, hold, Inventory.now(), Inventory.now());
    jobs.end(DryRunSample.CANCELLED, JobState.CANCELLED, null, null, true, Inventory.now());
  }

  /** A test of a plan of its own. */
  private void run(UUID id, String name) {
    UUID plan =
        id(post("/v1/recovery-plans", DryRunSample.plan(name).replace("{site}", site)).body());
    Daos daos = engine.database().daos();
    RecoveryPlanRow row = daos.recoveryPlans().findById(plan).orElseThrow();
    daos.planRuns().insert(PlanRunRow.of(id, row, RunKind.TEST, null, Inventory.now()));
    JobRow job =
        JobRow.pending(
            id,
            JobKind.TEST_PLAN,
            TargetType.RECOVERY_PLAN,
            plan,
            row.name(),
            JsonNodeFactory.instance.objectNode(),
            "tester",
            Inventory.now());
    daos.jobs().accept(job, job.steps());
  }

  /** A group with a point, whose rounds do not begin by themselves. */
  private HostRow protect(Inventory inventory, HostRow source) {
    SiteRow target = inventory.site();
    HostRow replicas =
        inventory.host(target, 4, 80); // room for replicas, and for a very small instance
    site = target.name();
    UUID guarded = small("guarded", source);
    Daos daos = engine.database().daos();
    ProtectionGroupRow group =
        Inventory.group("guarded", target, Inventory.now().plusSeconds(9999), Duration.ofHours(1));
    daos.protectionGroups().insert(group);
    daos.protectionGroups() // its point is not too old for a drill, however slow the machine is
        .setDefinition(
            group.id(), 86_400_000, group.retention(), group.consistency(), group.nextRoundAt());
    daos.protectionGroups().tryInsertMember(guarded, group.id(), 0);
    new Points(engine.database()).available(DryRunSample.POINT, group, List.of("root"));
    return replicas;
  }

  private UUID small(String name, HostRow on) {
    String wanted =
        "{'name':'$','image':'guest','vcpus':1,'memoryMiB':64,'networks':['net']}"
            .replace("$", name);
    JsonNode job = post("/v1/instances", wanted).body();
    UUID id = UUID.fromString(job.path("target").path("id").asText());
    engine.database().daos().instances().setPlace(id, on.id(), "default");
    claim(id, on.id(), 64);
    end(id(job));
    return id;
  }

  /** A plan whose instance another one has taken over from. */
  private void recover(HostRow from, HostRow to) {
    post("/v1/networks", "{'name':'beside','mode':'NAT','cidr':'10.9.2.0/24'}");
    UUID lost = placed("lost", from);
    UUID owner = placed("lost-dr", to);
    Daos daos = engine.database().daos();
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
  private UUID placed(String name, HostRow on) {
    String wanted = DryRunSample.instance(name).replace("'net'", "'beside'");
    JsonNode job = post("/v1/instances", wanted).body();
    UUID id = UUID.fromString(job.path("target").path("id").asText());
    engine.database().daos().instances().setPlace(id, on.id(), "default");
    end(id(job));
    return id;
  }

  private void claim(UUID instance, UUID on, long memoryMiB) {
    ReservationRow claim =
        new ReservationRow(
            instance, UUID.randomUUID(), on, "default", 1, memoryMiB, 2L << 30, Inventory.now());
    engine.database().daos().reservations().insert(claim);
  }

  /** One that is there. */
  private UUID volume(String name, UUID on) {
    JsonNode job = post("/v1/volumes", "{'name':'" + name + "','sizeGiB':1}").body();
    UUID id = UUID.fromString(job.path("target").path("id").asText());
    Daos daos = engine.database().daos();
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
  private void snapshot(String name) {
    JsonNode job = post("/v1/instances/there:snapshot", "{'name':'" + name + "'}").body();
    UUID id = UUID.fromString(job.path("target").path("id").asText());
    List<SnapshotDisk> disks = List.of(new SnapshotDisk("root", Inventory.GIB, 1));
    engine.database().daos().snapshots().setTaken(id, disks, Inventory.now(), 1, 0);
    end(id(job));
  }

  /** A domain of ours that no instance has. */
  private String findOrphan(HostRow on) {
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
    engine
        .database()
        .daos()
        .censuses()
        .replace(new CensusRow(on.id(), Inventory.now(), "d"), List.of(domain));
    return engine.get("/v1/orphans").body().path("items").path(0).path("id").asText();
  }

  private void accept(UUID id, JobKind kind, UUID instance) {
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
    engine.database().daos().jobs().accept(job, job.kind().steps());
  }

  private Answer post(String address, String body) {
    return engine.post(address, DryRunSample.json(body));
  }

  private void end(UUID job) {
    engine
        .database()
        .daos()
        .jobs()
        .end(job, JobState.SUCCEEDED, null, null, false, Inventory.now());
  }

  private UUID id(JsonNode body) {
    return UUID.fromString(body.path("id").asText());
  }
}
