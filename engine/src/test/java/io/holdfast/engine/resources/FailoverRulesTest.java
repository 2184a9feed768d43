package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.Role;
import io.holdfast.workflows.model.JobState;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may begin a failover, and whose word counts for it. */
class FailoverRulesTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private static final String PLANS = "/v1/recovery-plans/";
  private static final String TWO = "'policy':{'twoPersons':true},";

  private final Inventory inventory = new Inventory(ENGINE.database());
  private final String site = inventory.site().name();
  private final String guarded = Inventory.name("guarded");
  private String web = "";
  private String other = "";

  @BeforeEach
  void aPlanThatWantsTwoPersons() {
    web = instance();
    other = instance();
    assertThat(make(guarded, TWO, web).status()).isEqualTo(201);
  }

  @Test
  void oneOperatorAloneDoesNotTakeTheRuleAway() {
    String path = PLANS + guarded;
    assertForbidden(put(Role.OPERATOR, path, plan(guarded, "", web)));
    assertForbidden(put(Role.OPERATOR, path, plan(guarded, TWO, other)));
    assertForbidden(ENGINE.send(ENGINE.as(Role.OPERATOR, path).DELETE()));
    assertThat(ENGINE.get(path).body().at("/policy/twoPersons").asBoolean()).isTrue();

    assertThat(put(Role.OPERATOR, path, plan(guarded, TWO, web, other)).status()).isEqualTo(200);
    assertThat(put(Role.ADMIN, path, plan(guarded, "", web)).status()).isEqualTo(200);
    assertThat(ENGINE.send(ENGINE.as(Role.OPERATOR, path).DELETE()).status()).isEqualTo(204);
  }

  @Test
  void aSecondPlanOfTheSameInstanceWantsTwoPersonsToo() {
    String around = Inventory.name("around");
    make(around, "", other, web);
    JobRow job = job(post(PLANS + around + ":failover?approval=false", "{}"));
    assertThat(job.policy().approval()).isTrue();
    assertThat(job.request().path(JobRow.TWO_PERSONS).asBoolean()).isTrue();

    String apart = Inventory.name("apart");
    make(apart, "", other);
    assertThat(job(post(PLANS + apart + ":failover", "{}")).policy().approval()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'proof':'OPERATOR','reason':'it burns','instance':'{other}'} | unknown-reference |"
            + " fencing.instance",
        "{'proof':'OPERATOR','reason':'it burns','instance':'none'} | unknown-reference |"
            + " fencing.instance",
        "{'proof':'OPERATOR','instance':'{web}'} | invalid-field | fencing.reason",
        "{'proof':'OPERATOR','reason':' ','instance':'{web}'} | invalid-field | fencing.reason",
      })
  void aWordIsAboutAnInstanceOfTheRunAndSaysWhy(String word, String code, String field) {
    String said = "{'fencing':" + word.replace("{other}", other).replace("{web}", web) + "}";
    JobRow run = job(post(PLANS + guarded + ":failover", "{}"));
    for (String path : List.of("/v1/runs/" + run.id() + ":fence", PLANS + guarded + ":failover")) {
      Answer refused = post(path, said);
      assertThat(refused.status()).as("%s", refused.body()).isEqualTo(422);
      assertThat(refused.body().path("code").asText()).isEqualTo(code);
      assertThat(refused.body().path("field").asText()).isEqualTo(field);
    }
    assertThat(daos().planRuns().proofs(run.id())).isEmpty();
  }

  @Test
  void aWordCountsUntilTheRunEnds() {
    JobRow run = job(post(PLANS + guarded + ":failover", "{}"));
    String path = "/v1/runs/" + run.id() + ":fence";
    String word =
        "{'fencing':{'proof':'OPERATOR','reason':'its power was cut','instance':'" + web + "'}}";
    assertThat(post(path, word).status()).isEqualTo(200);
    assertThat(
            ENGINE
                .get("/v1/audit?target=" + run.id())
                .body()
                .at("/items")
                .findValuesAsText("reason"))
        .contains("its power was cut");
    daos().jobs().end(run.id(), JobState.FAILED, null, null, false, Inventory.now());

    Answer late = post(path, word);
    assertThat(late.status()).isEqualTo(409);
    assertThat(late.body().path("code").asText()).isEqualTo("action-not-allowed");
    assertThat(daos().planRuns().proofs(run.id())).hasSize(1);
  }

  /** Whoever sends the same job again gets no more than whoever sends a new one. */
  @Test
  void aRetryWaitsForTheSecondPersonThatIsWantedByThen() {
    String plan = Inventory.name("retried");
    make(plan, "", other);
    JobRow failed = failed(job(post(PLANS + plan + ":failover", "{}")));
    assertThat(failed.policy().approval()).isFalse();
    assertThat(make(Inventory.name("later"), TWO, other).status()).isEqualTo(201);
    JobRow retry = job(post("/v1/jobs/" + failed.id() + ":retry?approval=false", "{}"));
    assertThat(retry.policy().approval()).isTrue();
    assertThat(retry.request().path(JobRow.TWO_PERSONS).asBoolean()).isTrue();
  }

  @Test
  void aRetryWaitsForTheCleanupOfATestAsEveryRunDoes() {
    String plan = Inventory.name("tested");
    make(plan, "", other);
    JobRow failed = failed(job(post(PLANS + plan + ":test", "{}")));
    JobRow standing = job(post(PLANS + plan + ":test", "{}"));
    daos().jobs().succeed(standing.id(), standing.request(), Inventory.now());
    Answer refused = post("/v1/jobs/" + failed.id() + ":retry", "{}");
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(409);
    assertThat(refused.body().path("code").asText()).isEqualTo("test-not-cleaned-up");
  }

  private static JobRow failed(JobRow run) {
    daos().jobs().end(run.id(), JobState.FAILED, null, null, true, Inventory.now());
    return run;
  }

  private String instance() {
    UUID id = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of()).targetId();
    return daos().instances().findById(id).orElseThrow().name();
  }

  private Answer make(String name, String policy, String... instances) {
    return post("/v1/recovery-plans", plan(name, policy, instances));
  }

  private String plan(String name, String policy, String... instances) {
    List<String> named = List.of(instances).stream().map("{'instance':'%s'}"::formatted).toList();
    return "{'name':'%s','recoverySite':'%s',%s'tiers':[{'name':'all','instances':[%s]}]}"
        .formatted(name, site, policy, String.join(",", named));
  }

  private static JobRow job(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return daos().jobs().find(UUID.fromString(answer.body().path("id").asText())).orElseThrow();
  }

  private static Answer post(String path, String body) {
    return ENGINE.post(path, DryRunSample.json(body));
  }

  private static Answer put(Role role, String path, String body) {
    return ENGINE.send(ENGINE.as(role, path).PUT(BodyPublishers.ofString(DryRunSample.json(body))));
  }

  private static void assertForbidden(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(403);
    assertThat(answer.body().path("code").asText()).isEqualTo("forbidden");
    assertThat(answer.body().path("detail").asText()).contains("two persons");
  }

  private static Daos daos() {
    return ENGINE.database().daos();
  }
}
