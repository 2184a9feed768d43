package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.Retention;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.engine.ledger.LedgerActivitiesImpl;
import io.holdfast.engine.ledger.Points;
import io.holdfast.engine.ledger.ProtectionLedgerActivitiesImpl;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.Placement;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaClone;
import io.temporal.failure.TemporalFailure;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A recovery point becomes an instance: what is accepted, refused, reserved and taken back. */
class RestorePointResourceTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private static final AtomicInteger NETWORKS = new AtomicInteger();

  private final Inventory inventory = new Inventory(ENGINE.database());
  private final LedgerActivitiesImpl ledger =
      new LedgerActivitiesImpl(
          ENGINE.database(), i -> "http://engine/" + i, TestKeys.seal(), Clock.systemUTC());
  private final ProtectionLedgerActivitiesImpl points =
      new ProtectionLedgerActivitiesImpl(ENGINE.database(), Clock.systemUTC());
  private final JobActivitiesImpl jobs =
      new JobActivitiesImpl(ENGINE.database(), Clock.systemUTC());
  private final SiteRow here = inventory.site();
  private final SiteRow there = inventory.site();
  private final HostRow source = inventory.host(here, 8, 8192);
  private final HostRow keeper = inventory.host(there, 8, 8192);
  private final ImageRow image = inventory.image(ImageState.AVAILABLE, GuestReadiness.DHCP);
  private final NetworkRow network =
      inventory.network("10.131.%d.0/24".formatted(NETWORKS.incrementAndGet()));
  private final UUID instance = placed();
  private final ProtectionGroupRow group =
      Inventory.group(Inventory.name("group"), there, Inventory.now().plusSeconds(9999));
  private final UUID point = UUID.randomUUID();

  @BeforeEach
  void protect() {
    daos().protectionGroups().insert(group);
    daos().protectionGroups().tryInsertMember(instance, group.id(), 0);
    new Points(ENGINE.database()).available(point, group, List.of("disk1", "root"));
  }

  @Test
  void whatIsNotAskedForIsAsItWasAndTheSourceMayBeGone() {
    daos().instances().delete(instance);
    daos().images().tryDelete(image.id());
    assertThat(daos().images().findById(image.id())).isEmpty();
    String name = Inventory.name("again");

    Answer answer = restore("{'name':'%s','labels':{'a':'b'}}".formatted(name));

    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    assertThat(answer.body().path("kind").asText()).isEqualTo("RESTORE_POINT");
    assertThat(answer.body().at("/target/name").asText()).isEqualTo(name);
    JsonNode body = ENGINE.get("/v1/instances/" + name).body();
    assertThat(body.path("state").asText()).isEqualTo("PROVISIONING");
    assertThat(body.path("image").isNull()).isTrue();
    assertThat(body.path("restoredFrom").asText()).isEqualTo(point.toString());
    assertThat(body.path("vcpus").asInt()).isEqualTo(1);
    assertThat(body.path("memoryMiB").asInt()).isEqualTo(512);
    assertThat(body.path("disks").findValuesAsText("sizeGiB")).containsExactly("2", "2");
    assertThat(body.at("/nics/0/network").asText()).isEqualTo(network.name());
    assertThat(body.at("/labels/a").asText()).isEqualTo("b");

    Placement placement = ledger.reserve(job(answer), target(answer));
    assertThat(ledger.reserve(job(answer), target(answer))).isEqualTo(placement);
    InstanceSpec spec = placement.instance();
    assertThat(placement.host().name()).isEqualTo(keeper.name());
    assertThat(spec.image()).isNull();
    assertThat(spec.readiness()).isEqualTo(GuestReadiness.DHCP);
    assertThat(spec.ports()).hasSize(1);
    assertThat(spec.seed().hostname()).isEqualTo(name);
    List<ReplicaClone> clones = points.replicaClones(job(answer), target(answer));
    assertThat(clones).extracting(ReplicaClone::disk).isEqualTo(spec.disks());
    assertThat(clones)
        .extracting(clone -> clone.replica().disk())
        .isEqualTo(List.of("root", "disk1"));
    assertThat(clones.get(0).root()).isEqualTo(Points.root("root"));
    assertThat(clones.get(1).disk()).isEqualTo(new DiskSpec("disk1", "vdb", 2 * Inventory.GIB));
    assertThat(clones.get(0).pool()).isEqualTo(spec.pool());
  }

  @Test
  void whatIsAskedForCounts() {
    String name = Inventory.name("again");
    Answer answer =
        restore(
            "{'name':'%s','instance':'%s','host':'%s','site':'%s','memoryMiB':256,'networks':[]}"
                .formatted(name, instance, keeper.name(), there.name()));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    InstanceSpec spec = ledger.reserve(job(answer), target(answer)).instance();
    assertThat(spec.memoryMiB()).isEqualTo(256);
    assertThat(spec.vcpus()).isEqualTo(1);
    assertThat(spec.ports()).isEmpty();
  }

  /** Where the source is, above all. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void replicasAreBroughtToWhereTheyAreWanted(boolean byHost) {
    inventory.onlyActive(source);
    Answer answer =
        restore(
            "{'name':'%s','%s':'%s'}"
                .formatted(
                    Inventory.name("home"),
                    byHost ? "host" : "site",
                    byHost ? source.name() : here.name()));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    Placement placement = ledger.reserve(job(answer), target(answer));
    assertThat(placement.host().name()).isEqualTo(source.name());
    List<ReplicaClone> clones = points.replicaClones(job(answer), target(answer));
    assertThat(clones)
        .extracting(clone -> Objects.requireNonNull(clone.origin()).host().name())
        .containsExactly(keeper.name(), keeper.name());
    assertThat(clones.get(0).pool()).isEqualTo(placement.instance().pool());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{} | 422 | invalid-field | name",
        "{'name':'n','instance':'nobody'} | 422 | unknown-reference | instance",
        "{'name':'n','host':'$','site':'@'} | 422 | invalid-field | host",
        "{'name':'n','host':'none'} | 422 | unknown-reference | host",
        "{'name':'n','site':'none'} | 422 | unknown-reference | site",
        "{'name':'n','flavor':'none'} | 422 | unknown-reference | flavor",
        "{'name':'n','networks':['none']} | 422 | unknown-reference | networks[0]",
        "{'name':'n','vcpus':0} | 422 | invalid-field | vcpus",
        "{'name':'n','leaseUntil':'2001-01-01T00:00:00Z'} | 422 | invalid-field | leaseUntil",
        "{'name':'n','image':'guest'} | 422 | unknown-field | image",
      })
  void badInputIsRefused(String body, int status, String code, String field) {
    Answer answer = restore(body.replace("$", source.name()).replace("@", there.name()));
    assertRefused(answer, status, code);
    assertThat(answer.body().path("field").asText()).isEqualTo(field);
    assertThat(daos().instances().findByName("n")).isEmpty();
  }

  @Test
  void aPointOfSeveralAsksWhich() {
    UUID second = placed();
    daos().protectionGroups().tryInsertMember(second, group.id(), 1);
    UUID both = UUID.randomUUID();
    new Points(ENGINE.database()).available(both, group, List.of("root"));
    Answer which = restore(both, "{'name':'n'}");
    assertRefused(which, 422, "invalid-field");
    assertThat(which.body().path("field").asText()).isEqualTo("instance");
    String name = daos().instances().findById(second).orElseThrow().name();
    assertThat(which.body().path("detail").asText()).contains(name);
    assertThat(
            restore(both, "{'name':'%s','instance':'%s'}".formatted(Inventory.name("n"), name))
                .status())
        .isEqualTo(202);
  }

  @Test
  void aNetworkThatIsGoneIsNamed() {
    daos().instances().delete(instance);
    daos().networks().delete(network.id());
    Answer gone = restore("{'name':'n'}");
    assertRefused(gone, 422, "unknown-reference");
    assertThat(gone.body().path("field").asText()).isEqualTo("networks");
    assertThat(gone.body().path("detail").asText()).contains(network.name());
    Answer none = restore("{'name':'%s','networks':[]}".formatted(Inventory.name("again")));
    assertThat(none.status()).as("%s", none.body()).isEqualTo(202);
  }

  @Test
  void onlyAnAvailablePointIsRestored() {
    for (RecoveryPointState state :
        List.of(
            RecoveryPointState.BROKEN,
            RecoveryPointState.RETIRED,
            RecoveryPointState.STAGING,
            RecoveryPointState.PURGED)) {
      daos().recoveryPoints().setState(point, state);
      Answer refused = restore("{'name':'n'}");
      assertRefused(refused, 409, "recovery-point-not-available");
      assertThat(refused.body().path("detail").asText()).contains(state.name());
    }
    assertRefused(restore(UUID.randomUUID(), "{'name':'n'}"), 404, "not-found");
  }

  @Test
  void aPointThatIsRestoredIsNeitherRetiredNorPurgedNorDeleted() {
    String name = Inventory.name("again");
    Answer first = restore("{'name':'%s'}".formatted(name));
    Answer beside = restore("{'name':'%s'}".formatted(Inventory.name("again")));
    assertThat(List.of(first.status(), beside.status())).containsExactly(202, 202);

    JobRow round =
        inventory.accept(
            JobKind.REPLICATE_GROUP, TargetType.PROTECTION_GROUP, group.id(), group.name());
    daos()
        .protectionGroups()
        .setDefinition(
            group.id(),
            60_000,
            new Retention(1, 0, 0, 0),
            group.consistency(),
            group.nextRoundAt());
    publish(round);
    assertThat(state(point)).isEqualTo(RecoveryPointState.AVAILABLE);
    end(round.id());
    Answer delete =
        ENGINE.send(
            ENGINE
                .as(Role.ADMIN, "/v1/protection-groups/" + group.name() + "?purge=true")
                .DELETE());
    assertRefused(delete, 409, "recovery-point-busy");
    assertThat(List.of(first.body().path("id").asText(), beside.body().path("id").asText()))
        .contains(delete.body().path("job").asText());

    // what a round sees that had judged before: RETIRED, and yet it stays
    daos().recoveryPoints().setState(point, RecoveryPointState.RETIRED);
    assertThat(daos().recoveryPoints().retiredDisks(group.id(), List.of(), 9)).isEmpty();
    end(job(first).value());
    end(job(beside).value());
    assertThat(daos().recoveryPoints().retiredDisks(group.id(), List.of(), 9)).hasSize(2);
  }

  @Test
  void aGroupThatIsDeletedGivesNoPointAway() {
    Answer delete =
        ENGINE.send(
            ENGINE
                .as(Role.ADMIN, "/v1/protection-groups/" + group.name() + "?purge=true")
                .DELETE());
    assertThat(delete.status()).as("%s", delete.body()).isEqualTo(202);
    Answer refused = restore("{'name':'n'}");
    assertRefused(refused, 409, "protection-group-busy");
    assertThat(refused.body().path("job")).isEqualTo(delete.body().path("id"));
    end(UUID.fromString(delete.body().path("id").asText()));
  }

  @Test
  void aRestoreThatFailedLeavesNothingAndCanBeSentAgain() {
    String name = Inventory.name("again");
    Answer answer = restore("{'name':'%s'}".formatted(name));
    ledger.reserve(job(answer), target(answer));
    daos().recoveryPoints().setBroken(point, instance, "root", "leaf 7");
    assertThatThrownBy(() -> points.replicaClones(job(answer), target(answer)))
        .isInstanceOfSatisfying(
            TemporalFailure.class,
            failure -> assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.REPLICA_BROKEN));
    ledger.release(target(answer));
    jobs.endJob(
        job(answer),
        JobOutcome.of(
            JobState.FAILED,
            Failures.describe(Failures.of(FailureType.REPLICA_BROKEN, "leaf 7")),
            true,
            List.of()),
        List.of());
    assertThat(daos().instances().findByName(name)).isEmpty();
    assertThat(daos().reservations().find(target(answer).value())).isEmpty();

    daos().recoveryPoints().setState(point, RecoveryPointState.BROKEN);
    String retry = "/v1/jobs/" + job(answer) + ":retry";
    assertRefused(ENGINE.post(retry, ""), 409, "recovery-point-not-available");
    daos().recoveryPoints().setState(point, RecoveryPointState.AVAILABLE);
    daos().recoveryPoints().setBroken(point, instance, "root", null);
    Answer again = ENGINE.post(retry, "");
    assertThat(again.status()).as("%s", again.body()).isEqualTo(202);
    ledger.reserve(job(again), target(again));
    assertThat(points.replicaClones(job(again), target(again))).hasSize(2);
    InstanceRow row = daos().instances().findByName(name).orElseThrow();
    assertThat(row.id()).isEqualTo(target(answer).value());
  }

  @Test
  void theSameKeyMakesOneInstanceAndANameIsTakenOnce() {
    String body = "{'name':'%s'}".formatted(Inventory.name("again")).replace('\'', '"');
    String path = "/v1/recovery-points/" + point + ":restore";
    Answer first = ENGINE.post(path, body, "Idempotency-Key", "restore-" + point);
    Answer second = ENGINE.post(path, body, "Idempotency-Key", "restore-" + point);
    assertThat(second.body().path("id")).isEqualTo(first.body().path("id"));
    assertRefused(ENGINE.post(path, body), 409, "name-taken");
  }

  @Test
  void aPlanOnAFullHostSaysWhyAndWritesNothing() {
    Answer plan =
        ENGINE.post(
            "/v1/recovery-points/" + point + ":restore?dryRun=true",
            "{\"name\":\"large\",\"memoryMiB\":65536}");
    assertThat(plan.status()).as("%s", plan.body()).isEqualTo(200);
    assertThat(plan.body().at("/problem/code").asText()).isEqualTo("no-capacity");
    assertThat(plan.body().toString()).contains(keeper.name());
    assertThat(daos().instances().findByName("large")).isEmpty();
  }

  private void publish(JobRow round) {
    JobId id = new JobId(round.id());
    UUID made = points.planRound(id, new ProtectionGroupId(group.id())).point().value();
    daos().recoveryPoints().setTaken(made, Inventory.now(), 0, List.of());
    daos().recoveryPoints().setState(made, RecoveryPointState.SEALED);
    points.recordAvailable(id, new RecoveryPointId(made));
    assertThat(state(made)).isEqualTo(RecoveryPointState.AVAILABLE);
  }

  private static RecoveryPointState state(UUID id) {
    return daos().recoveryPoints().findById(id).map(RecoveryPointRow::state).orElseThrow();
  }

  private UUID placed() {
    JobRow job = inventory.instance(image, List.of(network));
    daos().instances().setPlace(job.targetId(), source.id(), "default");
    end(job.id());
    return job.targetId();
  }

  private Answer restore(String body) {
    return restore(point, body);
  }

  private static Answer restore(UUID of, String body) {
    return ENGINE.post("/v1/recovery-points/" + of + ":restore", body.replace('\'', '"'));
  }

  private static JobId job(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return JobId.of(answer.body().path("id").asText());
  }

  private static InstanceId target(Answer answer) {
    return InstanceId.of(answer.body().at("/target/id").asText());
  }

  private static void end(UUID job) {
    daos().jobs().end(job, JobState.SUCCEEDED, null, null, false, Inventory.now());
  }

  private static void assertRefused(Answer answer, int status, String code) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.body().path("code").asText()).isEqualTo(code);
  }

  private static Daos daos() {
    return ENGINE.database().daos();
  }
}
