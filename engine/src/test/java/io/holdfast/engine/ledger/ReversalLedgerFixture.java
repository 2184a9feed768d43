package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryResources;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.FrozenDisk;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.KeptDisk;
import io.holdfast.workflows.model.LostWrites;
import io.holdfast.workflows.model.OldDisks;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.RunKind;
import io.holdfast.workflows.model.SealedReplica;
import io.holdfast.workflows.model.StreamCounts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A plan of one instance that was recovered, and a run that turns its direction. */
abstract class ReversalLedgerFixture {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  static final long BYTES = 2 * Inventory.GIB;
  static final String ROOT = "cd".repeat(32);

  final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  final Database database = POSTGRES.database();
  final Daos daos = database.daos();
  final Inventory inventory = new Inventory(database);
  final ReversalLedgerActivitiesImpl ledger =
      new ReversalLedgerActivitiesImpl(database, Clock.systemUTC());
  final SiteRow alpha = inventory.site();
  final SiteRow beta = inventory.site();
  final HostRow here = inventory.host(alpha, 4, 8192);
  final HostRow there = inventory.host(beta, 4, 8192);
  final UUID point = UUID.randomUUID();

  UUID source = UUID.randomUUID();
  UUID successor = UUID.randomUUID();
  ProtectionGroupRow group = Inventory.group("unused", beta, now);
  RecoveryPlanRow plan = plan(source);
  JobId run = new JobId(UUID.randomUUID());

  @BeforeEach
  void anInstanceThatWasRecovered() {
    source = placed(here);
    successor = successor();
    group =
        Inventory.group(Inventory.name("group"), beta, now.plusSeconds(9999), Duration.ofHours(1));
    daos.protectionGroups().insert(group);
    daos.protectionGroups().tryInsertMember(source, group.id(), 0);
    new Points(database).available(point, group, List.of("root"));
    daos.protectionGroups().setPaused(group.id(), true, now);
    plan = plan(source);
    daos.recoveryPlans().insert(plan);
    UUID failover = UUID.randomUUID();
    daos.planRuns().insert(PlanRunRow.of(failover, plan, RunKind.DISASTER_RECOVERY, null, now));
    database.useTransaction(
        in -> {
          in.instances().lock(source);
          in.ownerships().fence(source, UUID.randomUUID(), now);
        });
    RecoveryRuns.promote(
        daos,
        new JobId(failover),
        source,
        successor,
        daos.recoveryPoints().findById(point).orElseThrow());
    run = begin();
  }

  void turn() {
    ledger.planReversal(run);
    ledger.planKept(run, found());
    record(65_536);
    ledger.reverse(run);
  }

  List<OldDisks> found() {
    return found("root");
  }

  List<OldDisks> found(String disk) {
    return List.of(new OldDisks(new InstanceId(source), List.of(new FrozenDisk(disk, BYTES))));
  }

  void record(long lost) {
    record("root", lost);
  }

  void record(String disk, long lost) {
    List<LostWrites.ByteRange> ranges =
        lost == 0 ? List.of() : List.of(new LostWrites.ByteRange(0, lost));
    ledger.recordKept(
        run,
        List.of(
            new KeptDisk(
                new InstanceId(source),
                disk,
                new SealedReplica(ROOT, 4096),
                new StreamCounts(BYTES, lost, 0, BYTES - lost),
                new LostWrites(lost, ranges.size(), ranges))));
  }

  RecoveryPointRow kept() {
    UUID id = daos.reversals().groups(run.value()).get(0).pointId();
    return daos.recoveryPoints().findById(id).orElseThrow();
  }

  void told(PowerState state) {
    long epoch = daos.ownerships().fenced(source).orElseThrow().epoch();
    daos.ownerships().setTold(source, epoch, state, null, null, now);
  }

  /** What took over. */
  UUID successor() {
    return placed(there);
  }

  UUID placed(HostRow host) {
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    daos.instances().setPlace(made.targetId(), host.id(), "default");
    daos.jobs().succeed(made.id(), JsonNodeFactory.instance.objectNode(), now);
    return made.targetId();
  }

  RecoveryPlanRow plan(UUID instance) {
    PlanDefinition.Member member =
        PlanDefinition.Member.of(instance, "db")
            .withResources(new RecoveryResources(7, null, null));
    PlanDefinition.Tier tier =
        new PlanDefinition.Tier(
            "data", 1, List.of(member), List.of(), List.of(), List.of(), List.of());
    return new RecoveryPlanRow(
        UUID.randomUUID(),
        "default",
        Inventory.name("plan"),
        beta.id(),
        1,
        new PlanDefinition(List.of(tier), List.of(), null),
        now,
        now);
  }

  JobId begin() {
    return RecoveryRuns.accept(
        daos,
        plan,
        RunKind.REPROTECT,
        JobKind.REPROTECT_PLAN,
        JsonNodeFactory.instance.objectNode());
  }

  static void assertRefused(Runnable call, String words) {
    assertThatThrownBy(call::run)
        .satisfies(
            failure -> {
              assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.RECOVERY_REFUSED);
              assertThat(failure.toString() + Failures.describe(failure).causes()).contains(words);
            });
  }
}
