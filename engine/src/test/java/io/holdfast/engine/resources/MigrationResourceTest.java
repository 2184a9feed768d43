package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.BandwidthLimitRow;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.ReservationRow;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.engine.ledger.MigrationLedgerActivitiesImpl;
import io.holdfast.engine.ledger.Points;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.VolumeId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Moves over HTTP: what is refused before anything is done. */
class MigrationResourceTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private final Inventory inventory = new Inventory(ENGINE.database());
  private final SiteRow here = inventory.site();
  private final SiteRow there = inventory.site();
  private final HostRow source = inventory.host(here, 8, 8192);
  private final HostRow beside = inventory.host(here, 8, 8192);
  private final HostRow keeper = inventory.host(there, 8, 8192);
  private UUID instance = UUID.randomUUID();
  private String name = "";

  @BeforeEach
  void anInstanceThatRuns() {
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    instance = made.targetId();
    name = made.targetName();
    daos().instances().setPlace(instance, source.id(), "default");
    daos().instances().setPower(instance, PowerState.RUNNING, Instant.now());
    daos()
        .reservations()
        .insert(
            new ReservationRow(
                instance,
                made.id(),
                source.id(),
                "default",
                1,
                512,
                2 * Inventory.GIB,
                Inventory.now()));
    daos().jobs().end(made.id(), JobState.SUCCEEDED, null, null, false, Instant.now());
  }

  @Test
  void aProtectedInstanceDoesNotGoWhereItsReplicasAre() {
    ProtectionGroupRow group =
        Inventory.group(Inventory.name("group"), there, Instant.now().plusSeconds(600));
    daos().protectionGroups().insert(group);
    daos().protectionGroups().tryInsertMember(instance, group.id(), 0);
    for (String wanted :
        List.of("'site':'" + there.name() + "'", "'host':'" + keeper.name() + "'")) {
      Answer refused = migrate(wanted);
      assertRefused(refused, 409, "instance-not-movable");
      assertThat(refused.body().at("/causes/0").asText()).contains(group.name());
      assertRefused(
          post("/v1/instances/" + name + ":migrate?dryRun=true", "{" + wanted + "}"),
          409,
          "instance-not-movable");
    }
    assertThat(migrate("").status()).isEqualTo(202);
  }

  @Test
  void aPlanListsWhatTheMoveDoes() {
    assertThat(steps("'mode':'LIVE'"))
        .contains("freeze-disks", "switch-over", "merge-overlays")
        .doesNotContain("stop-domain", "define-domain", "start-domain");
    assertThat(steps("'mode':'COLD'"))
        .contains("stop-domain", "define-domain", "start-domain")
        .doesNotContain("freeze-disks", "switch-over", "merge-overlays");
    assertThat(steps("'mode':'AUTO'")).isEqualTo(steps("'mode':'LIVE'"));
    daos().instances().setPower(instance, PowerState.SHUTOFF, Instant.now());
    assertThat(steps("'mode':'AUTO'")).isEqualTo(steps("'mode':'COLD'"));
  }

  private List<String> steps(String wanted) {
    Answer plan = post("/v1/instances/" + name + ":migrate?dryRun=true", "{" + wanted + "}");
    assertThat(plan.body().path("problem").isNull()).as("%s", plan.body()).isTrue();
    return plan.body().path("steps").findValuesAsText("name");
  }

  /** A move to the other site is held by that pair's limit, of which a host has its part. */
  @Test
  void aPlanSaysWhatHasToGoOver() {
    daos().instances().setPower(instance, PowerState.RUNNING, Instant.now());
    daos()
        .bandwidthLimits()
        .put(new BandwidthLimitRow(here.id(), there.id(), 64, "UTC", List.of(), Instant.now()));
    int senders = daos().bandwidthLimits().senders(here.id());
    JsonNode cold = transfer("'mode':'COLD','host':'" + keeper.name() + "','bandwidthMiBps':900");
    assertThat(cold.path("bytesToCopyAtMost").asLong()).isEqualTo(2 * Inventory.GIB);
    assertThat(cold.path("bytesWhileStillAtMost").asLong()).isEqualTo(2 * Inventory.GIB);
    assertThat(cold.path("memoryBytes").asLong()).isZero();
    assertThat(cold.path("bytesPerSecondAtMost").asLong()).isEqualTo((64L << 20) / senders);
    assertThat(cold.path("waitsFor").toString()).contains("its own limit", source.name());

    JsonNode live = transfer("'mode':'LIVE','host':'" + beside.name() + "'");
    assertThat(live.path("memoryBytes").asLong()).isEqualTo(512L << 20);
    assertThat(live.path("bytesWhileStillAtMost").asLong()).isEqualTo(512L << 20); // emulated
    assertThat(live.path("bytesPerSecondAtMost").isNull()).isTrue();

    daos().instances().setPower(instance, PowerState.SHUTOFF, Instant.now());
    assertThat(transfer("'mode':'COLD'").path("bytesWhileStillAtMost").asLong()).isZero();
    JsonNode evacuation =
        post(
                "/v1/hosts/" + source.name() + ":maintenance?dryRun=true",
                "{'evacuate':true,'site':'" + here.name() + "'}")
            .body();
    assertThat(evacuation.at("/moves/0/transfer/bytesToCopyAtMost").asLong())
        .as("%s", evacuation)
        .isEqualTo(2 * Inventory.GIB);
  }

  @Test
  void aPlanSaysWhatIsThereAlready() {
    VolumeRow volume = inventory.attached(instance, source, "default", 1);
    ProtectionGroupRow group =
        Inventory.group(Inventory.name("group"), there, Instant.now().plusSeconds(600));
    daos().protectionGroups().insert(group);
    daos().protectionGroups().tryInsertMember(instance, group.id(), 0);
    new Points(ENGINE.database())
        .available(UUID.randomUUID(), group, List.of("root", new VolumeId(volume.id()).disk()));
    daos().protectionGroups().retainMembers(group.id(), List.of()); // its replicas stay

    JsonNode transfer = transfer("'mode':'COLD','host':'" + keeper.name() + "'");
    assertThat(transfer.path("notes").toString())
        .contains("disk root: a replica is there")
        .contains("volume " + volume.name() + ": a replica is there");
    assertThat(transfer.path("bytesToCopyAtMost").asLong()).isEqualTo(3 * Inventory.GIB);
  }

  private JsonNode transfer(String wanted) {
    Answer plan = post("/v1/instances/" + name + ":migrate?dryRun=true", "{" + wanted + "}");
    assertThat(plan.body().path("problem").isNull()).as("%s", plan.body()).isTrue();
    return plan.body().path("transfer");
  }

  @Test
  void aPatchToAHostThatWillNotDoIsRefusedBeforeAnythingIsUndone() {
    Answer move = migrate("'host':'" + beside.name() + "'");
    assertThat(move.status()).as("%s", move.body()).isEqualTo(202);
    UUID job = UUID.fromString(move.body().path("id").asText());
    ask(job);
    Answer same = resume(job, source);
    assertRefused(same, 422, "invalid-field");
    assertThat(same.body().path("field").asText()).isEqualTo("patch.host");

    HostRow small = inventory.host(here, 8, 256);
    assertRefused(resume(job, small), 409, "no-capacity");
    daos().hosts().setState(keeper.id(), HostState.MAINTENANCE);
    Answer closed = resume(job, keeper);
    assertRefused(closed, 409, "no-capacity");
    assertThat(closed.body().path("causes").toString()).contains(keeper.name() + ": MAINTENANCE");

    daos().hosts().setState(keeper.id(), HostState.ACTIVE);
    assertThat(resume(job, keeper).status()).isEqualTo(202);
  }

  /** Whatever works on it would take its old disks for it, or start it twice. */
  @Test
  void anInstanceThatMayBeElsewhereTakesNothingButTheMoveThatFindsOut() {
    String wanted = "'host':'" + beside.name() + "'";
    UUID move = UUID.fromString(migrate(wanted).body().path("id").asText());
    InstanceId id = new InstanceId(instance);
    MigrationLedgerActivitiesImpl ledger =
        new MigrationLedgerActivitiesImpl(ENGINE.database(), TestKeys.seal(), Clock.systemUTC());
    ledger.reserveMigration(new JobId(move), id);
    ledger.beginHandover(new JobId(move), id);
    String path = "/v1/instances/" + name;
    assertRefused(post(path + ":start", "{}"), 409, "instance-busy");
    assertThat(ENGINE.get(path).body().path("mayBeAt").isNull()).isTrue();
    daos().jobs().end(move, JobState.FAILED, null, null, false, Instant.now());

    assertThat(ENGINE.get(path).body().path("mayBeAt").asText()).isEqualTo(beside.name());
    for (String call : List.of(":start", ":stop", ":reboot", ":snapshot")) {
      Answer refused = post(path + call, "{}");
      assertRefused(refused, 409, "instance-owner-unknown");
      assertThat(refused.body().path("detail").asText()).contains(source.name(), beside.name());
    }
    assertRefused(ENGINE.send(ENGINE.as(Role.ADMIN, path).DELETE()), 409, "instance-owner-unknown");
    ProtectionGroupRow group =
        Inventory.group(Inventory.name("group"), there, Instant.now().plusSeconds(9999));
    daos().protectionGroups().insert(group);
    daos().protectionGroups().tryInsertMember(instance, group.id(), 0);
    Answer round = post("/v1/protection-groups/" + group.name() + ":replicate", "{}");
    assertRefused(round, 409, "instance-owner-unknown");
    assertThat(round.body().path("detail").asText()).contains(":migrate to " + beside.name());
    Answer elsewhere = migrate("'host':'" + keeper.name() + "'");
    assertRefused(elsewhere, 409, "instance-not-movable");
    assertThat(elsewhere.body().at("/causes").toString()).contains(":migrate to " + beside.name());

    assertThat(steps(wanted)).contains("switch-over");
    assertThat(post("/v1/jobs/" + move + ":retry", "{'reason':'on'}").status()).isEqualTo(202);
    assertThat(ENGINE.get(path).body().path("state").asText()).isEqualTo("MIGRATING");
  }

  private static void ask(UUID job) {
    new JobActivitiesImpl(ENGINE.database(), Clock.systemUTC())
        .recordSteps(
            new JobId(job),
            List.of(),
            new JobHold(
                UUID.randomUUID(), JobState.BLOCKED, List.of(JobVerb.RESUME, JobVerb.ABORT)),
            System.currentTimeMillis());
  }

  private static Answer resume(UUID job, HostRow host) {
    return post("/v1/jobs/" + job + ":resume", "{'patch':{'host':'" + host.name() + "'}}");
  }

  private Answer migrate(String wanted) {
    return post("/v1/instances/" + name + ":migrate", "{" + wanted + "}");
  }

  private static Answer post(String path, String body) {
    return ENGINE.post(path, body.replace('\'', '"'));
  }

  private static void assertRefused(Answer answer, int status, String code) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.body().path("code").asText()).isEqualTo(code);
  }

  private static Daos daos() {
    return ENGINE.database().daos();
  }
}
