package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostDao;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobDao;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.ReservationRow;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.SiteDao;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy.OnFailure;
import io.holdfast.workflows.model.JobState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hosts and sites over HTTP, as far as the acceptance of their jobs. */
class HostResourceTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private final Database database = ENGINE.database();
  private final Inventory inventory = new Inventory(database);
  private final SiteRow site = inventory.site();

  private static Answer delete(String path) {
    return ENGINE.send(ENGINE.as(Role.ADMIN, path).DELETE());
  }

  private static String code(Answer answer) {
    return answer.body().path("code").asText();
  }

  /** Who adds a reference to hosts or sites says here who uses them, or a delete is a riddle. */
  @Test
  void whatRefersToAHostOrASiteIsNamedWhenThatIsDeleted() throws Exception {
    Map<String, String> looks = Map.of("host", query(HostDao.class), "site", query(SiteDao.class));
    try (Connection connection = ENGINE.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                """
                select distinct confrelid::regclass::text, conrelid::regclass::text
                from pg_constraint
                where contype = 'f' and confdeltype <> 'c'
                  and confrelid in ('host'::regclass, 'site'::regclass)
                """)) {
      int references = 0;
      while (found.next()) {
        references++;
        assertThat(looks.get(found.getString(1))).containsPattern("from " + found.getString(2));
      }
      assertThat(references).isGreaterThan(9);
    }
  }

  private static String query(Class<?> dao) throws NoSuchMethodException {
    return dao.getMethod("user", UUID.class).getAnnotation(SqlQuery.class).value();
  }

  @Test
  void aHostWithSnapshotsAndASiteWithPlansAreInUse() {
    HostRow host = inventory.host(site, 4, 4096);
    JobRow job = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    SnapshotRow snapshot = inventory.snapshot(job.targetId(), host, "default", 1);
    assertInUse("/v1/hosts/" + host.name(), "snapshot " + snapshot.name());

    SiteRow far = inventory.site();
    String plan = Inventory.name("plan");
    Answer made =
        ENGINE.post(
            "/v1/recovery-plans",
            DryRunSample.json(
                "{'name':'%s','recoverySite':'%s','tiers':[{'name':'all','instances':[{'instance':'%s'}]}]}"
                    .formatted(plan, far.name(), job.targetName())));
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    assertInUse("/v1/sites/" + far.name(), "recovery plan " + plan);
  }

  /** What was written after the look at who uses it is in use all the same. */
  @Test
  void whatTheLookHasMissedIsInUseToo() throws SQLException {
    HostRow host = inventory.host(site, 4, 4096);
    sql("create table late (host_id uuid references host)");
    sql("insert into late values ('" + host.id() + "')");
    assertInUse("/v1/hosts/" + host.name(), "refers to it");
    sql("drop table late");
  }

  private static void assertInUse(String path, String user) {
    Answer refused = delete(path);
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(409);
    assertThat(code(refused)).isEqualTo("in-use");
    assertThat(refused.body().path("detail").asText()).contains(user);
  }

  private static void sql(String statement) throws SQLException {
    try (Connection connection = ENGINE.dataSource().getConnection();
        Statement one = connection.createStatement()) {
      one.execute(statement);
    }
  }

  @Test
  void maintenanceIsAJobThatRemembersWhatTheHostWas() {
    HostRow host = inventory.host(site, 4, 4096);
    Answer job = ENGINE.post("/v1/hosts/" + host.name() + ":maintenance", "{\"evacuate\":false}");
    assertThat(job.status()).as("%s", job.body()).isEqualTo(202);
    assertThat(job.body().path("kind").asText()).isEqualTo("MAINTAIN_HOST");
    assertThat(job.body().path("target").path("id").asText()).isEqualTo(host.id().toString());
    JobRow row =
        database.daos().jobs().find(UUID.fromString(job.body().path("id").asText())).orElseThrow();
    assertThat(row.request()).hasToString("{\"before\":\"ACTIVE\"}");

    for (String verb : new String[] {":activate", ":maintenance", ":discover"}) {
      Answer busy = ENGINE.post("/v1/hosts/" + host.name() + verb, "");
      assertThat(code(busy)).isEqualTo("host-busy");
      assertThat(busy.body().path("job")).isEqualTo(job.body().path("id"));
    }
    assertThat(code(delete("/v1/hosts/" + host.name()))).isEqualTo("host-busy");
  }

  /** Somebody else has changed the host since: an undo must not bring back what was before that. */
  @Test
  void aRetryRemembersWhatTheHostIsByThen() {
    HostRow host = inventory.host(site, 4, 4096);
    JobDao jobs = database.daos().jobs();
    UUID failed =
        idOf(ENGINE.post("/v1/hosts/" + host.name() + ":maintenance", "{\"evacuate\":false}"));
    jobs.end(failed, JobState.FAILED, null, null, true, Instant.now());
    database.daos().hosts().setState(host.id(), HostState.MAINTENANCE);
    Answer retry = ENGINE.post("/v1/jobs/" + failed + ":retry", "{}");
    assertThat(retry.status()).as("%s", retry.body()).isEqualTo(202);
    assertThat(jobs.find(idOf(retry)).orElseThrow().request())
        .hasToString("{\"before\":\"MAINTENANCE\"}");
  }

  private static UUID idOf(Answer job) {
    return UUID.fromString(job.body().path("id").asText());
  }

  @Test
  void maintenanceMovesEverythingOffAndAsksUnlessToldOtherwise() {
    HostRow host = inventory.host(site, 4, 4096);
    String maintenance = "/v1/hosts/" + host.name() + ":maintenance";
    assertThat(ENGINE.get("/v1/hosts/" + host.name() + "/evacuation").status()).isEqualTo(404);
    Answer job = ENGINE.post(maintenance, "{\"parallel\":3}");
    assertThat(job.status()).as("%s", job.body()).isEqualTo(202);
    assertThat(job.body().path("kind").asText()).isEqualTo("EVACUATE_HOST");
    JobRow row =
        database.daos().jobs().find(UUID.fromString(job.body().path("id").asText())).orElseThrow();
    assertThat(row.request().path("parallel").asInt()).isEqualTo(3);
    assertThat(row.request().path("site").asText()).isEqualTo(site.id().toString());
    assertThat(row.onFailure()).isEqualTo(OnFailure.PAUSE);
    Answer shown = ENGINE.get("/v1/hosts/" + host.name() + "/evacuation");
    assertThat(shown.body().path("job")).isEqualTo(job.body().path("id"));
    assertThat(shown.body().path("moves").size()).isZero();
    Answer wrong = ENGINE.post(maintenance, "{\"site\":\"nowhere\"}");
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.body().path("field").asText()).isEqualTo("site");
    Answer tooMany = ENGINE.post(maintenance, "{\"parallel\":17}");
    assertThat(tooMany.body().path("field").asText()).isEqualTo("parallel");
  }

  /** Every move, or every reason why there is none. */
  @Test
  void theDryRunOfAMaintenanceShowsEveryMove() {
    HostRow host = inventory.host(site, 4, 4096);
    JobRow instance =
        inventory.instance(inventory.image(ImageState.AVAILABLE), java.util.List.of());
    database
        .daos()
        .reservations()
        .insert(
            new ReservationRow(
                instance.targetId(),
                instance.id(),
                host.id(),
                "default",
                1,
                512,
                1,
                Inventory.now()));
    String address = "/v1/hosts/" + host.name() + ":maintenance?dryRun=true";
    Answer alone = ENGINE.post(address, "");
    assertThat(alone.status()).as("%s", alone.body()).isEqualTo(200);
    assertThat(alone.body().at("/moves/0/name").asText()).isEqualTo(instance.targetName());
    assertThat(alone.body().at("/moves/0/state").asText()).isEqualTo("REFUSED");
    assertThat(alone.body().at("/moves/0/refusals").findValuesAsText("code"))
        .contains("ALREADY_THERE");
    assertThat(alone.body().at("/problem/code").asText()).isEqualTo("evacuation-incomplete");

    HostRow other = inventory.host(site, 4, 4096);
    Answer placed = ENGINE.post(address, "{}");
    assertThat(placed.body().at("/moves/0/host").asText()).isEqualTo(other.name());
    assertThat(placed.body().at("/moves/0/why").asText()).isNotEmpty();
    assertThat(placed.body().path("problem").isNull()).isTrue();
    assertThat(database.daos().evacuations().last(host.id())).isEmpty();
    database.daos().instances().delete(instance.targetId());
  }

  @Test
  void aHostThatWasNeverDiscoveredCannotBeMadeActive() {
    HostRow host = inventory.registeredHost(site);
    for (String verb : new String[] {":activate", ":maintenance"}) {
      Answer refused = ENGINE.post("/v1/hosts/" + host.name() + verb, "");
      assertThat(refused.status()).isEqualTo(409);
      assertThat(code(refused)).isEqualTo("host-not-discovered");
    }
    assertThat(ENGINE.post("/v1/hosts/none:activate", "").status()).isEqualTo(404);
  }

  @Test
  void aHostWithAWatchdogSaysWhenItWillHaveResetIt() {
    HostRow host = inventory.host(site, 4, 4096);
    String path = "/v1/hosts/" + host.name();
    assertThat(ENGINE.get(path).body().path("offAt").isNull()).isTrue();
    Instant until = Instant.parse("2026-10-05T09:00:00Z");
    database.daos().ownerships().putLease(host.id(), until);
    assertThat(ENGINE.get(path).body().path("offAt").asText()).isEqualTo(until.toString());
    assertThat(ENGINE.get("/v1/hosts?name=" + host.name()).body().at("/items/0/offAt").asText())
        .isEqualTo(until.toString());
  }

  @Test
  void whatIsInUseIsNotRemoved() {
    HostRow host = inventory.host(site, 4, 4096);
    JobRow instance =
        inventory.instance(inventory.image(ImageState.AVAILABLE), java.util.List.of());
    database.daos().instances().setPlace(instance.targetId(), host.id(), "default");

    Answer used = delete("/v1/hosts/" + host.id());
    assertThat(used.status()).isEqualTo(409);
    assertThat(code(used)).isEqualTo("in-use");
    assertThat(used.body().path("detail").asText()).contains(instance.targetName());
    Answer home = delete("/v1/sites/" + site.name());
    assertThat(code(home)).isEqualTo("in-use");
    assertThat(home.body().path("detail").asText()).contains(host.name());

    database.daos().instances().delete(instance.targetId());
    Answer plan = delete("/v1/hosts/" + host.id() + "?dryRun=true");
    assertThat(plan.body().path("kind").asText()).isEqualTo("DELETE_HOST");
    assertThat(delete("/v1/hosts/" + host.id()).status()).isEqualTo(204);
    assertThat(ENGINE.get("/v1/hosts/" + host.id()).status()).isEqualTo(404);
    assertThat(delete("/v1/hosts/" + host.id()).status()).isEqualTo(404);
    assertThat(delete("/v1/sites/" + site.name() + "?dryRun=true").status()).isEqualTo(200);
    assertThat(delete("/v1/sites/" + site.name()).status()).isEqualTo(204);
    assertThat(delete("/v1/sites/" + site.name()).status()).isEqualTo(404);
  }

  @Test
  void aRemovedHostMayBeRegisteredAgain() {
    HostRow host = inventory.host(site, 4, 4096);
    inventory.accept(
        JobKind.DISCOVER_HOST,
        io.holdfast.engine.db.TargetType.HOST,
        inventory.host(site, 4, 4096).id(),
        "another");
    assertThat(delete("/v1/hosts/" + host.name()).status()).isEqualTo(204);
    Answer again =
        ENGINE.post(
            "/v1/hosts", "{\"name\":\"%s\",\"site\":\"%s\"}".formatted(host.name(), site.name()));
    assertThat(again.status()).as("%s", again.body()).isEqualTo(202);
    assertThat(again.body().path("target").path("id").asText()).isEqualTo(host.id().toString());
  }

  @Test
  void onlyAnAdministratorChangesHostsAndSites() {
    for (String path : new String[] {"/v1/hosts/x", "/v1/sites/x"}) {
      assertThat(ENGINE.send(ENGINE.as(Role.OPERATOR, path).DELETE()).status()).isEqualTo(403);
    }
  }
}
