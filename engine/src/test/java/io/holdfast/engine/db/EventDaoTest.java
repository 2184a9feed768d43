package io.holdfast.engine.db;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.PowerState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventDaoTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int ALL = 100_000;

  /** What no event tells of, and why not. Whoever adds a table decides here or adds a trigger. */
  private static final Map<String, String> WITHOUT_EVENTS =
      Map.ofEntries(
          Map.entry("audit", "is a record of its own"),
          Map.entry("bandwidth_limit", "is a definition of administrators: see the audit"),
          Map.entry("census_item", "is what a host has, not what the API promises"),
          Map.entry("host_census", "is the same"),
          Map.entry("event", "is one"),
          Map.entry("event_log", "is their counter"),
          Map.entry("event_pending", "is one"),
          Map.entry("flyway_schema_history", "is the schema's"),
          Map.entry("job_log", "is the lock of whoever removes jobs"),
          Map.entry("job_beside", "is part of its job"),
          Map.entry("job_decision", "shows in the job, and its author in the audit"),
          Map.entry("idempotency_key", "is the caller's own"),
          Map.entry("host_lease", "is extended every some seconds"),
          Map.entry("image_copy", "is a hint that the host may contradict"),
          Map.entry("pool", "is part of its host's facts"),
          Map.entry("port", "comes and goes with its instance"),
          Map.entry("plan_proof_subject", "is part of a plan's proof"),
          Map.entry("webhook_cursor", "is the counter of what is told outside"),
          Map.entry("webhook_delivery", "is an event on its way out"),
          Map.entry("fencing_proof", "is part of its run, and its author in the audit"),
          Map.entry("plan_run_instance", "is told by the jobs that make and delete it"),
          Map.entry("plan_run_screen", "is part of its run's report"),
          Map.entry("reversed_group", "is told by its run's steps, and the group's revision"),
          Map.entry("reversed_instance", "is part of its run"),
          Map.entry("stopped_guest", "is told by the jobs that stop and start it"),
          Map.entry("lost_write", "is part of its run, and its point is told as held"),
          Map.entry("promotion", "is told by the job that made it"),
          Map.entry("protection_member", "is told by its group's revision, or its instance's end"),
          Map.entry("recovery_point_disk", "is told by its point's state"),
          Map.entry("recovery_point_instance", "is written with its point and never changes"),
          Map.entry("quota", "is a definition of administrators: see the audit"),
          Map.entry("evacuation_move", "is told by its job's steps, and the jobs of its moves"),
          Map.entry("migration", "is told by its job's steps, and the instance's place"),
          Map.entry("migration_snapshot", "is told by its job's steps, and the snapshot's place"),
          Map.entry("migration_volume", "is told by its job's steps, and the volume's place"),
          Map.entry("reservation", "is told by the instance's place"),
          Map.entry("volume_reservation", "is told by the volume's place"),
          Map.entry("shared_key", "is a secret"),
          Map.entry("token", "is for administrators alone: see the audit"));

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);

  /**
   * Writers commit in another order than they wrote in. A reader by "id > last" sees every event
   * once, each job's in the order of its changes.
   */
  @Test
  void aReaderMissesNothingHoweverTransactionsOverlap() throws Exception {
    long from = latest();
    int writers = 8;
    int changes = 40;
    List<UUID> jobs = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      UUID target = UUID.randomUUID();
      jobs.add(inventory.accept(JobKind.DISCOVER_HOST, TargetType.HOST, target, "h" + i).id());
    }
    ExecutorService threads = Executors.newFixedThreadPool(writers + 2);
    List<Future<?>> running = new ArrayList<>();
    for (UUID job : jobs) {
      running.add(threads.submit(() -> changeSlowly(job, changes)));
    }
    List<EventRow> read = new ArrayList<>();
    long cursor = from;
    while (read.size() < writers * (changes + 1)) {
      Future<?> other = threads.submit(() -> database.daos().events().publish(7));
      database.daos().events().publish(5);
      List<EventRow> next = database.daos().events().after(cursor, 50);
      read.addAll(next);
      cursor = next.isEmpty() ? cursor : next.get(next.size() - 1).id();
      other.get(10, TimeUnit.SECONDS);
    }
    for (Future<?> writer : running) {
      writer.get(30, TimeUnit.SECONDS);
    }
    threads.shutdown();

    assertThat(read.stream().map(EventRow::id))
        .containsExactlyElementsOf(
            LongStream.rangeClosed(from + 1, from + read.size()).boxed().toList());
    Map<UUID, Integer> attempts = new HashMap<>();
    for (EventRow event : read) {
      if (event.type().equals("job.step")) {
        int attempt = event.data().path("attempt").asInt();
        assertThat(attempts.merge(event.jobId(), 1, Integer::sum)).isEqualTo(attempt);
      }
    }
    assertThat(attempts).hasSize(writers).allSatisfy((job, n) -> assertThat(n).isEqualTo(changes));
  }

  private void changeSlowly(UUID job, int changes) {
    Random random = new Random(job.hashCode());
    for (int i = 1; i <= changes; i++) {
      int attempt = i;
      database.useTransaction(
          daos -> {
            StepRow step = daos.jobs().steps(job).get(0);
            daos.jobs().lock(job);
            daos.jobs()
                .changeSteps(
                    List.of(
                        new StepChange(
                            job,
                            step.name(),
                            step.state(),
                            attempt,
                            null,
                            null,
                            Inventory.now(),
                            null,
                            false,
                            null,
                            false)));
            LockSupport.parkNanos(random.nextInt(3_000_000)); // overlap is the point
          });
    }
  }

  @Test
  void whatWasRolledBackIsNoEvent() {
    long from = latest();
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () ->
                database.useTransaction(
                    daos -> {
                      daos.sites().insert(new SiteRow(UUID.randomUUID(), "never", Inventory.now()));
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");
    inventory.site();
    latest();
    assertThat(types(from)).containsExactly("site.created");
  }

  @Test
  void anInstanceTellsItsLife() {
    SiteRow site = inventory.site();
    HostRow host = inventory.host(site, 4, 4096);
    ImageRow image = inventory.image(ImageState.AVAILABLE);
    long from = latest();
    JobRow job = inventory.instance(image, List.of());
    database.useTransaction(
        daos -> {
          daos.instances().setPlace(job.targetId(), host.id(), "default");
          daos.instances().setPower(job.targetId(), PowerState.RUNNING, Inventory.now());
          daos.jobs().succeed(job.id(), JsonNodeFactory.instance.objectNode(), Inventory.now());
        });
    database.daos().instances().setPower(job.targetId(), PowerState.RUNNING, Inventory.now());
    database.daos().instances().setPower(job.targetId(), PowerState.SHUTOFF, Inventory.now());
    database.daos().instances().delete(job.targetId());
    latest();

    List<EventRow> all = database.daos().events().after(from, ALL);
    List<String> types = all.stream().map(EventRow::type).toList();
    assertThat(types.lastIndexOf("job.step")).isPositive().isLessThan(types.indexOf("job.state"));
    List<EventRow> events = all.stream().filter(e -> !e.type().equals("job.step")).toList();
    assertThat(events.stream().map(EventRow::type))
        .containsExactly(
            "instance.created",
            "job.accepted",
            "instance.state",
            "instance.changed",
            "instance.state",
            "job.state",
            "instance.state",
            "instance.state",
            "instance.deleted");
    assertThat(events).allMatch(e -> e.resourceId().equals(job.targetId()));
    assertThat(events.toString()).doesNotContain("ssh-ed25519");
    assertThat(events.get(2).data().path("activeJobKind").asText()).isEqualTo("CREATE_INSTANCE");
    assertThat(events.get(3).data().path("hostId").asText()).isEqualTo(host.id().toString());
    assertThat(events.get(6).data().has("activeJob")).isFalse();
    assertThat(events.get(7).data()).hasToString("{\"powerState\":\"SHUTOFF\"}");
  }

  @Test
  void aHostTellsOnceThatItIsSilentAndOnceThatItIsBack() {
    HostRow host = inventory.host(inventory.site(), 4, 4096);
    long from = latest();
    HostDao hosts = database.daos().hosts();
    hosts.setSeen(host.id(), Inventory.now());
    hosts.setSilent(host.id(), Inventory.now());
    hosts.setSilent(host.id(), Inventory.now());
    hosts.setSeen(host.id(), Inventory.now());
    latest();
    assertThat(
            database.daos().events().after(from, ALL).stream()
                .map(e -> e.data().path("reachable").asBoolean()))
        .containsExactly(false, true);
  }

  @Test
  void whatIsPrunedIsKnownToBe() throws SQLException {
    inventory.site();
    long old = latest();
    run("update event set at = now() - interval '31 days' where id <= " + old);
    inventory.site();
    long kept = latest();
    database.daos().events().prune(Instant.now().minusSeconds(30 * 86_400));
    assertThat(database.daos().events().span()).isEqualTo(new EventSpan(old, kept));
    assertThat(database.daos().events().after(0, ALL).get(0).id()).isEqualTo(old + 1);
    database.daos().events().prune(Instant.now().minusSeconds(30 * 86_400));
    assertThat(database.daos().events().span()).isEqualTo(new EventSpan(old, kept));
  }

  @Test
  void noTableChangesUnseen() throws SQLException {
    assertThat(
            list(
                """
                select t.relname from pg_class t join pg_namespace n on n.oid = t.relnamespace
                where n.nspname = 'public' and t.relkind = 'r' and not exists (
                  select from pg_trigger g where g.tgrelid = t.oid and g.tgname like 'event_of_%')
                order by 1
                """))
        .containsExactlyInAnyOrderElementsOf(WITHOUT_EVENTS.keySet());
  }

  private long latest() {
    while (database.daos().events().isPending()) {
      database.daos().events().publish(ALL);
    }
    return database.daos().events().span().lastId();
  }

  private List<String> types(long from) {
    return database.daos().events().after(from, ALL).stream().map(EventRow::type).toList();
  }

  private static void run(String sql) throws SQLException {
    try (Connection connection = POSTGRES.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> list(String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = POSTGRES.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }
}
