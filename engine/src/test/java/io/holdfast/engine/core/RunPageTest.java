package io.holdfast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.api.RunBody;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.FencingProofRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.RehearsalRow;
import io.holdfast.engine.db.RunEditRow;
import io.holdfast.engine.db.RunFilter;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.RunKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** A list says of each run what the run itself says, and asks no more often for many. */
class RunPageTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final CountingSource source = new CountingSource(POSTGRES.jdbcUrl());
  private final Daos daos = POSTGRES.database().daos();
  private final Inventory inventory = new Inventory(POSTGRES.database());
  private final SiteRow site = inventory.site();
  private final Database counted = new Database(source);
  private final RunService runs =
      new RunService(
          counted, new Acceptance(counted, job -> {}, Clock.systemUTC()), Clock.systemUTC());
  private final List<UUID> made = new ArrayList<>();

  @BeforeEach
  void fourRuns() throws SQLException {
    RecoveryPlanRow plan =
        new RecoveryPlanRow(
            UUID.randomUUID(),
            "default",
            Inventory.name("plan"),
            site.id(),
            1,
            new PlanDefinition(List.of(), List.of(), null),
            Inventory.now(),
            Inventory.now());
    for (int i = 0; i < 4; i++) {
      made.add(run(plan));
    }
  }

  @Test
  void aPageHasWhatEachRunHas() {
    List<RunBody> listed = list(PageRequest.first(100)).stream().map(RunBody::of).toList();
    assertThat(listed)
        .containsExactlyElementsOf(
            made.stream().map(id -> RunBody.of(runs.get(id.toString()))).toList());
    RunBody first = listed.get(0);
    assertThat(first.instances()).extracting(RunBody.RunInstance::name).containsExactly("a", "b");
    assertThat(first.instances()).allMatch(one -> one.jobState() != null);
    assertThat(first.steps()).isNotEmpty();
    assertThat(first.edits()).hasSize(1);
    assertThat(first.fencing()).hasSize(1);
    assertThat(first.schedule()).isNotNull();
    assertThat(first.reversed()).isNotEmpty();
  }

  @Test
  void manyRunsCostAsManyQueriesAsOne() {
    int before = source.connections.get();
    assertThat(list(PageRequest.first(1))).hasSize(1);
    int forOne = source.connections.get() - before;
    assertThat(list(PageRequest.first(4))).hasSize(4);
    assertThat(source.connections.get() - before - forOne).isEqualTo(forOne);
  }

  private List<PlanRun> list(PageRequest page) {
    String plan = daos.planRuns().find(made.get(0)).orElseThrow().planId().toString();
    return runs.list(page, new RunFilter(plan, null, null, null));
  }

  private UUID run(RecoveryPlanRow plan) throws SQLException {
    UUID id = UUID.randomUUID();
    Instant now = Inventory.now();
    daos.planRuns().insert(PlanRunRow.of(id, plan, RunKind.TEST, null, now));
    accept(id, JobKind.TEST_PLAN, TargetType.RECOVERY_PLAN, plan.id());
    daos.planRuns()
        .insertProof(
            new FencingProofRow(UUID.randomUUID(), id, null, "OPERATOR", "off", "me", now));
    daos.rehearsals().insert(RehearsalRow.byHand(id, null, now.plusSeconds(60)));
    daos.runSteering()
        .insertEdit(new RunEditRow(UUID.randomUUID(), id, now, "me", null, List.of()));
    for (String name : List.of("a", "b")) {
      JobRow job =
          accept(
              UUID.randomUUID(), JobKind.PROMOTE_INSTANCE, TargetType.INSTANCE, UUID.randomUUID());
      sql(
          """
          insert into plan_run_instance (run_id, source_id, source_name, tier, tier_position,
                                         position, parallel, policy, attempts, probes, disks, nics,
                                         job_id, state, console)
          values (?, ?, '%s', 't', 0, %d, 1, 'STOP', 1, '[]', '[]', '[]', ?, 'RUNNING', 'boot')
          """
              .formatted(name, name.charAt(0) - 'a'),
          id,
          UUID.randomUUID(),
          job.id());
    }
    UUID group = UUID.randomUUID();
    sql(
        """
        insert into reversed_group (run_id, group_id, group_name, point_id, from_site, to_site,
                                    was_paused, was_after)
        values (?, ?, 'g', ?, ?, ?, false, 0)
        """,
        id,
        group,
        UUID.randomUUID(),
        site.id(),
        site.id());
    sql(
        """
        insert into reversed_instance (run_id, source_id, source_name, successor_id, successor_name,
                                       group_id, host_id, host_name, pool, replica_bytes)
        values (?, ?, 'a', ?, 'a-dr', ?, ?, 'h', 'default', 1)
        """,
        id,
        UUID.randomUUID(),
        UUID.randomUUID(),
        group,
        UUID.randomUUID());
    daos.jobs().end(id, JobState.FAILED, null, null, true, now);
    return id;
  }

  private JobRow accept(UUID id, JobKind kind, TargetType type, UUID target) {
    JobRow job =
        JobRow.pending(
            id,
            kind,
            type,
            target,
            "x",
            JsonNodeFactory.instance.objectNode(),
            "me",
            Inventory.now());
    return daos.jobs().accept(job, kind.steps());
  }

  private static void sql(String text, UUID... values) throws SQLException {
    try (Connection connection = POSTGRES.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(text)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  /** Outside a transaction each query takes a connection of its own. */
  private static final class CountingSource extends PGSimpleDataSource {
    private static final long serialVersionUID = 1L;

    private final AtomicInteger connections = new AtomicInteger();

    CountingSource(String url) {
      setUrl(url);
      setUser("postgres");
    }

    @Override
    public Connection getConnection() throws SQLException {
      connections.incrementAndGet();
      return super.getConnection();
    }
  }
}
