package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobDao;
import io.holdfast.engine.db.Role;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrillScheduleResourceTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private static final String SCHEDULES = "/v1/drill-schedules";

  @BeforeAll
  static void aPlan() {
    Inventory inventory = new Inventory(ENGINE.database());
    String site = inventory.site().name();
    UUID instance = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of()).targetId();
    for (String name : List.of("shop", "guarded", "careful", "quiet", "retried")) {
      Answer made =
          post(
              "/v1/recovery-plans",
              ("{'name':'%s','recoverySite':'%s','policy':{'twoPersons':true},"
                      + "'tiers':[{'name':'all','instances':[{'instance':'%s'}]}]}")
                  .formatted(name, site, instance));
      assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    }
  }

  @Test
  void aScheduleIsMadeShownChangedAndDeleted() {
    Answer made =
        post(
            SCHEDULES,
            "{'name':'nightly','plan':'shop','cron':'30 3 * * *','timeZone':'Europe/Berlin'}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    assertThat(made.body().path("catchUp").asText()).isEqualTo("PT1H");
    assertThat(made.body().path("deadline").asText()).isEqualTo("PT4H");
    assertThat(Instant.parse(made.body().path("nextAt").asText())).isAfter(Instant.now());
    Answer read = ENGINE.get(SCHEDULES + "/nightly");
    String tag = read.response().headers().firstValue("ETag").orElseThrow();
    assertThat(put("nightly", "{'name':'nightly','plan':'shop','every':'P1D'}", "\"77\"").status())
        .isEqualTo(412);
    Answer changed = put("nightly", "{'name':'nightly','plan':'shop','every':'P1D'}", tag);
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.body().path("every").asText()).isEqualTo("PT24H");
    assertThat(changed.body().path("cron").isNull()).isTrue();
    Answer paused = post(SCHEDULES + "/nightly:pause", "");
    assertThat(paused.body().path("paused").asBoolean()).isTrue();
    assertThat(paused.body().path("nextAt").isNull()).isTrue();
    assertThat(post(SCHEDULES + "/nightly:resume", "").body().path("paused").asBoolean()).isFalse();
    assertThat(delete("/v1/recovery-plans/shop").body().path("code").asText()).isEqualTo("in-use");
    assertThat(delete(SCHEDULES + "/nightly").status()).isEqualTo(204);
    assertThat(ENGINE.get(SCHEDULES + "/nightly").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'cron':'61 * * * *'                   | cron",
        "'cron':'0 0 31 2 *'                   | cron",
        "'cron':'every night'                  | cron",
        "'cron':'0 3 * * *','every':'P1D'      | cron",
        "'timeZone':'UTC'                      | cron",
        "'every':'PT30S'                       | every",
        "'every':'daily'                       | every",
        "'every':'P1D','timeZone':'+02:00'     | timeZone",
        "'every':'P1D','timeZone':'Berlin'     | timeZone",
        "'every':'P1D','catchUp':'PT61M'       | catchUp",
        "'every':'P1D','deadline':'P2D'        | deadline",
        "'every':'P1D','plan':'nothing'        | plan",
      })
  void whatIsWrongIsNamed(String fields, String field) {
    String plan = fields.contains("'plan'") ? "" : "'plan':'shop',";
    Answer answer = post(SCHEDULES, "{'name':'bad'," + plan + fields + "}");
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(422);
    assertThat(answer.body().path("field").asText()).isEqualTo(field);
  }

  @Test
  void aTriggeredDrillIsARunOfTheSchedule() {
    post(SCHEDULES, "{'name':'by-hand','plan':'guarded','every':'P1D','deadline':'PT10M'}");
    Answer triggered = post(SCHEDULES + "/by-hand:trigger", "");
    assertThat(triggered.status()).isEqualTo(202);
    JsonNode run = ENGINE.get("/v1/runs/" + triggered.body().path("id").asText()).body();
    assertThat(run.path("kind").asText()).isEqualTo("DRILL");
    assertThat(run.at("/schedule/name").asText()).isEqualTo("by-hand");
    assertThat(ENGINE.get(SCHEDULES + "/by-hand").body().at("/lastDrill/run"))
        .isEqualTo(run.path("id"));
    assertThat(post(SCHEDULES + "/by-hand:trigger", "").body().path("code").asText())
        .isEqualTo("recovery-plan-busy");
    assertThat(ENGINE.metrics()).contains("holdfast_drills_missed_total{schedule=\"by-hand\"} 0");
  }

  /** Nobody may be there at night, and it must have ended by its deadline. */
  @Test
  void noDrillWaitsForAPerson() {
    post(SCHEDULES, "{'name':'loud','plan':'quiet','every':'P1D'}");
    for (String path : List.of("/v1/recovery-plans/quiet:drill", SCHEDULES + "/loud:trigger")) {
      Answer refused = post(path + "?onFailure=PAUSE", "");
      assertThat(refused.status()).as("%s", refused.body()).isEqualTo(422);
      assertThat(refused.body().path("field").asText()).isEqualTo("onFailure");
    }
    Answer drill = post("/v1/recovery-plans/quiet:drill?onFailure=ROLLBACK", "{}");
    assertThat(drill.status()).as("%s", drill.body()).isEqualTo(202);
  }

  @Test
  void aDrillThatIsRetriedHasAsLongAsTheFirst() {
    Answer drill = post("/v1/recovery-plans/retried:drill", "{'deadline':'PT1H'}");
    UUID failed = UUID.fromString(drill.body().path("id").asText());
    Daos daos = ENGINE.database().daos();
    daos.jobs().end(failed, JobState.FAILED, null, null, true, Inventory.now());
    Instant before = Instant.now();
    Answer retried = ENGINE.post("/v1/jobs/" + failed + ":retry", "{}");
    assertThat(retried.status()).as("%s", retried.body()).isEqualTo(202);
    UUID retry = UUID.fromString(retried.body().path("id").asText());
    assertThat(daos.rehearsals().find(retry).orElseThrow().deadlineAt())
        .isBetween(before.plusSeconds(3590), Instant.now().plusSeconds(3610));
  }

  /** No word of the caller does without the second person, and the first is not the second. */
  @Test
  void aFailoverOfAPlanThatWantsTwoPersonsIsNotApprovedByWhoAskedForIt() {
    Answer asked = ENGINE.post("/v1/recovery-plans/careful:failover?approval=false", "{}");
    assertThat(asked.status()).as("%s", asked.body()).isEqualTo(202);
    UUID job = UUID.fromString(asked.body().path("id").asText());
    JobDao jobs = ENGINE.database().daos().jobs();
    assertThat(jobs.find(job).orElseThrow().policy().approval()).isTrue();
    JobHold hold =
        new JobHold(UUID.randomUUID(), JobState.WAITING_FOR_APPROVAL, List.of(JobVerb.APPROVE));
    jobs.touch(job, hold, Inventory.now(), Inventory.now());
    Answer refused = ENGINE.post("/v1/jobs/" + job + ":approve", "{}");
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(403);
    assertThat(refused.body().path("code").asText()).isEqualTo("second-person-needed");
    Answer approved =
        ENGINE.send(
            ENGINE
                .as(Role.OPERATOR, "/v1/jobs/" + job + ":approve")
                .POST(BodyPublishers.ofString("{}")));
    assertThat(approved.status()).as("%s", approved.body()).isEqualTo(202);
    assertThat(ENGINE.get("/v1/runs/" + job + "/report").body().at("/approvedBy/0/by").asText())
        .isEqualTo("operator");
  }

  @Test
  void readinessSaysWhyAPlanCouldNotBeCarriedOut() {
    JsonNode readiness = ENGINE.get("/v1/recovery-plans/guarded").body().path("readiness");
    assertThat(readiness.path("state").asText()).isEqualTo("BLOCKED");
    assertThat(readiness.at("/reasons/0").asText()).contains("no protection group has a point");
  }

  private static Answer post(String path, String body) {
    return ENGINE.post(path, DryRunSample.json(body));
  }

  private static Answer put(String schedule, String body, String tag) {
    return ENGINE.send(
        ENGINE
            .as(Role.OPERATOR, SCHEDULES + "/" + schedule)
            .PUT(BodyPublishers.ofString(DryRunSample.json(body))),
        "If-Match",
        tag);
  }

  private static Answer delete(String path) {
    return ENGINE.send(ENGINE.as(Role.OPERATOR, path).DELETE());
  }
}
