package io.holdfast.engine.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.recovery.Readiness;
import io.holdfast.engine.recovery.RunRefusal;
import io.holdfast.workflows.model.RunKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a passed drill proves, and what ends that. */
class PlanProofTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Duration WEEK = Duration.ofDays(7);

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);
  private final SiteRow site = inventory.site();
  private final Instant now = Inventory.now();

  /** Everything that a drill may rest on. */
  private record World(
      RecoveryPlanRow plan,
      UUID run,
      ProtectionGroupRow group,
      UUID instance,
      NetworkRow network,
      HostRow host) {
    Readiness readiness(Daos daos, Instant at) {
      return Readiness.of(
          List.of(),
          daos.planProofs().lastRehearsal(plan.id()).orElse(null),
          daos.planProofs().ofPlan(plan.id()).orElse(null),
          at);
    }
  }

  @Test
  void aPassedDrillVerifiesUntilItsBound() {
    World world = proven();
    assertThat(world.readiness(daos, now).state()).isEqualTo(Readiness.State.VERIFIED);
    assertThat(world.readiness(daos, now).until()).isEqualTo(now.plus(WEEK));
    Readiness later = world.readiness(daos, now.plus(WEEK));
    assertThat(later.state()).isEqualTo(Readiness.State.NEEDS_VERIFICATION);
    assertThat(later.reasons()).hasSize(1);
  }

  @Test
  void whatIsInTheWayBlocksAndWarningsDoNot() {
    RunRefusal stops =
        new RunRefusal(
            RunRefusal.Reason.HOST_SILENT, "tiers[0].instances[0]", "db", "beta1", "away", true);
    RunRefusal warns =
        new RunRefusal(RunRefusal.Reason.POINT_OLD, "tiers[0]", "db", null, "old", false);
    assertThat(Readiness.of(List.of(stops), null, null, now).state())
        .isEqualTo(Readiness.State.BLOCKED);
    assertThat(Readiness.of(List.of(stops), null, null, now).reasons())
        .containsExactly("tiers[0].instances[0]: db: away");
    assertThat(Readiness.of(List.of(warns), null, null, now).state())
        .isEqualTo(Readiness.State.NEEDS_VERIFICATION);
  }

  @Test
  void aFailedDrillBehindAPassedOneSaysNotVerified() {
    World world = proven();
    UUID failed = run(world.plan(), now.plusSeconds(60));
    daos.planRuns().setEnded(failed, RunVerdict.FAILED, null, null, now.plusSeconds(90));
    Readiness readiness = world.readiness(daos, now.plusSeconds(91));
    assertThat(readiness.state()).isEqualTo(Readiness.State.NOT_VERIFIED);
    assertThat(readiness.run()).isEqualTo(failed);
  }

  @TestFactory
  Stream<DynamicTest> anyChangeVoidsIt() {
    Map<String, String> changes =
        Map.ofEntries(
            Map.entry("recovery plan", "update recovery_plan set version = 2 where id = '{plan}'"),
            Map.entry(
                "protection group",
                "update protection_group set rpo_millis = 9 where id = '{group}'"),
            Map.entry(
                "has changed: instances",
                "delete from protection_member where group_id = '{group}'"),
            Map.entry("host id", "update instance set host_id = null where id = '{instance}'"),
            Map.entry(
                "spec",
                "update instance set spec = spec || '{\"vcpus\": 9}' where id = '{instance}'"),
            Map.entry("nics", "delete from port where instance_id = '{instance}'"),
            Map.entry("was deleted", "delete from instance where id = '{instance}'"),
            Map.entry("network", "update network set cidr = '10.2.9.0/29' where id = '{network}'"),
            Map.entry("state", "update host set state = 'MAINTENANCE' where id = '{host}'"),
            Map.entry("memory mib", "update host set memory_mib = 1 where id = '{host}'"));
    return changes.entrySet().stream()
        .map(
            change ->
                DynamicTest.dynamicTest(
                    change.getValue(), () -> assertVoids(change.getValue(), change.getKey())));
  }

  private void assertVoids(String sql, String reason) throws SQLException {
    World world = proven();
    World other = proven();
    run(
        sql.replace("{plan}", world.plan().id().toString())
            .replace("{group}", world.group().id().toString())
            .replace("{instance}", world.instance().toString())
            .replace("{network}", world.network().id().toString())
            .replace("{host}", world.host().id().toString()));
    Readiness readiness = world.readiness(daos, now);
    assertThat(readiness.state()).isEqualTo(Readiness.State.NEEDS_VERIFICATION);
    assertThat(readiness.reasons()).hasSize(1);
    assertThat(readiness.reasons().get(0)).contains(reason.replace('_', ' '));
    assertThat(other.readiness(daos, now).state()).isEqualTo(Readiness.State.VERIFIED);
  }

  /** Nothing that happens by itself all the time. */
  @Test
  void aHostThatIsSeenAndAGuestThatRunsVoidNothing() throws SQLException {
    World world = proven();
    run("update host set last_seen_at = now() where id = '" + world.host().id() + "'");
    run("update instance set power_state = 'RUNNING' where id = '" + world.instance() + "'");
    run("update protection_group set next_round_at = now(), last_number = 9");
    assertThat(world.readiness(daos, now).state()).isEqualTo(Readiness.State.VERIFIED);
  }

  /** A change in the middle of the drill counts, too. */
  @Test
  void aDrillDuringWhichSomethingChangedVerifiesNothing() throws SQLException {
    World world = world();
    run("update host set cpus = 99 where id = '" + world.host().id() + "'");
    pass(world);
    assertThat(world.readiness(daos, now).state()).isEqualTo(Readiness.State.NEEDS_VERIFICATION);
  }

  private World proven() {
    World world = world();
    pass(world);
    return world;
  }

  private void pass(World world) {
    daos.planRuns().setEnded(world.run(), RunVerdict.PASSED, 1L, 1L, now);
    daos.planProofs().verify(world.run(), world.plan().id(), now, now.plus(WEEK));
  }

  private World world() {
    HostRow host = inventory.host(site, 8, 8192);
    NetworkRow network = inventory.network("10.1.%d.0/24".formatted(++networks));
    UUID instance =
        inventory.instance(inventory.image(ImageState.AVAILABLE), List.of(network)).targetId();
    daos.instances().setPlace(instance, host.id(), "default");
    ProtectionGroupRow group = Inventory.group(Inventory.name("group"), site, now);
    daos.protectionGroups().insert(group);
    daos.protectionGroups().tryInsertMember(instance, group.id(), 0);
    RecoveryPlanRow plan =
        new RecoveryPlanRow(
            UUID.randomUUID(),
            "default",
            Inventory.name("plan"),
            site.id(),
            1,
            new PlanDefinition(List.of(), List.of(), null),
            now,
            now);
    daos.recoveryPlans().insert(plan);
    UUID run = run(plan, now);
    daos.planProofs()
        .begin(
            run,
            plan.id(),
            List.of(plan.id(), group.id(), instance, network.id(), host.id(), instance));
    return new World(plan, run, group, instance, network, host);
  }

  private static int networks;

  private UUID run(RecoveryPlanRow plan, Instant at) {
    PlanRunRow run = PlanRunRow.of(UUID.randomUUID(), plan, RunKind.DRILL, null, at);
    daos.planRuns().insert(run);
    return run.id();
  }

  private static void run(String sql) throws SQLException {
    try (Connection connection = POSTGRES.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
