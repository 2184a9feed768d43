package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.Role;
import io.holdfast.workflows.model.JobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs and jobs are found from either end of time, and after their plan. */
class RunListTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private final Inventory inventory = new Inventory(ENGINE.database());
  private final String plan = Inventory.name("plan");
  private final List<String> runs = new ArrayList<>();

  @BeforeEach
  void threeRuns() {
    UUID id = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of()).targetId();
    Answer made =
        post(
            "/v1/recovery-plans",
            "{'name':'%s','recoverySite':'%s','tiers':[{'name':'all','instances':[{'instance':'%s'}]}]}"
                .formatted(plan, inventory.site().name(), id));
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    for (String verb : List.of("failover", "drill", "failover")) {
      Answer run = post("/v1/recovery-plans/" + plan + ":" + verb, "{}");
      assertThat(run.status()).as("%s", run.body()).isEqualTo(202);
      runs.add(run.body().path("id").asText());
      end(run);
    }
  }

  @Test
  void theRunsOfADeletedPlanAreFound() {
    String path = "/v1/recovery-plans/" + plan;
    String id = ENGINE.get(path).body().path("id").asText();
    assertThat(ids("/v1/recovery-plans/" + plan + "/runs?kind=DRILL")).containsExactly(runs.get(1));
    assertThat(ENGINE.send(ENGINE.as(Role.OPERATOR, path).DELETE()).status()).isEqualTo(204);

    assertThat(ENGINE.get(path + "/runs").status()).isEqualTo(404);
    assertThat(ids("/v1/runs?plan=" + plan)).isEqualTo(runs);
    assertThat(ids("/v1/runs?plan=" + id)).isEqualTo(runs);
    assertThat(ids("/v1/runs?plan=" + plan + "&kind=drill")).containsExactly(runs.get(1));
    assertThat(ids("/v1/runs?plan=" + plan + "&jobState=RUNNING")).isEmpty();
    assertThat(ids("/v1/runs?plan=" + plan + "&since=" + Instant.now().plusSeconds(60))).isEmpty();
  }

  @Test
  void theNewestComeFirstWhenAskedFor() {
    String query = "/v1/runs?order=desc&limit=2&plan=" + plan;
    Answer first = ENGINE.get(query);
    assertThat(ids(first)).containsExactly(runs.get(2), runs.get(1));
    String link = first.response().headers().firstValue("Link").orElseThrow();
    Answer second = ENGINE.get(link.substring(link.indexOf("/v1/"), link.indexOf('>')));
    assertThat(ids(second)).containsExactly(runs.get(0));

    assertThat(ids("/v1/jobs?order=desc&target=" + plan))
        .containsExactly(runs.get(2), runs.get(1), runs.get(0));
    assertThat(ids("/v1/jobs?order=asc&name=" + plan)).isEqualTo(runs);
    String last = ENGINE.get("/v1/jobs/" + runs.get(2)).body().path("createdAt").asText();
    assertThat(ids("/v1/jobs?target=" + plan + "&since=" + last)).contains(runs.get(2));
    assertThat(ids("/v1/jobs?target=" + plan + "&since=" + Instant.now().plusSeconds(60)))
        .isEmpty();
  }

  private static List<String> ids(String path) {
    return ids(ENGINE.get(path));
  }

  private static List<String> ids(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    List<String> ids = new ArrayList<>();
    for (JsonNode item : answer.body().path("items")) {
      ids.add(item.path("id").asText());
    }
    return ids;
  }

  private static void end(Answer run) {
    UUID job = UUID.fromString(run.body().path("id").asText());
    ENGINE.database().daos().jobs().end(job, JobState.FAILED, null, null, true, Inventory.now());
  }

  private static Answer post(String path, String body) {
    return ENGINE.post(path, DryRunSample.json(body));
  }
}
