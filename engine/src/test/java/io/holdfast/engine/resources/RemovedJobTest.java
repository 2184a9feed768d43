package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.EndedJobDao.EndedJob;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.PageRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What callers see of jobs that ended long ago. */
class RemovedJobTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private static final Instant OLD = Inventory.now().minus(Duration.ofDays(91));

  private final Daos daos = ENGINE.database().daos();
  private final Inventory inventory = new Inventory(ENGINE.database());
  private final HostRow host = inventory.host(inventory.site(), 4, 4096);

  @BeforeEach
  void nothingElseIsOld() {
    remove();
  }

  /** The same key and body is the same job as long as that is kept, and then a new one. */
  @Test
  void aKeyIsKeptAsLongAsItsJob() {
    String key = Inventory.name("key");
    String job = discover("Idempotency-Key", key);
    end(job, Inventory.now());
    remove();
    assertThat(discover("Idempotency-Key", key)).isEqualTo(job);

    UUID another = UUID.fromString(discover("Idempotency-Key", key + "-another"));
    daos.jobs().succeed(another, JsonNodeFactory.instance.objectNode(), OLD);
    remove();
    assertThat(discover("Idempotency-Key", key)).isEqualTo(job);
    String anew = discover("Idempotency-Key", key + "-another");
    assertThat(anew).isNotEqualTo(another.toString());
    assertThat(ENGINE.get("/v1/jobs/" + anew).status()).isEqualTo(200);
    assertThat(discover("Idempotency-Key", key + "-another")).isEqualTo(anew);
  }

  @Test
  void whoAsksForItLearnsHowLongJobsAreKept() {
    String job = discover();
    end(job, OLD);
    remove();
    Answer gone = ENGINE.get("/v1/jobs/" + job);
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.body().path("code").asText()).isEqualTo("not-found");
    assertThat(gone.body().path("detail").asText())
        .isEqualTo("There is no such job; one is kept for 90 days after its end");
    assertThat(ENGINE.post("/v1/jobs/" + job + ":retry", "").status()).isEqualTo(404);
    JsonNode entry =
        ENGINE.get("/v1/audit?target=" + host.id() + "&outcome=accepted").body().path("items");
    assertThat(entry.path(0).path("job").path("id").asText()).isEqualTo(job);
    assertThat(entry.path(0).path("job").path("state").asText()).isEqualTo("SUCCEEDED");
    assertThat(entry.path(0).path("job").path("endedAt").asText()).isEqualTo(OLD.toString());
  }

  /** A page begins behind the last row that was shown, also when that is gone. */
  @Test
  void pagesOfJobsMissNothingWhileOthersGo() {
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      jobs.add(discover());
      end(jobs.get(i), i < 3 ? OLD : Inventory.now());
    }
    Answer first = ENGINE.get("/v1/jobs?limit=2&target=" + host.id());
    assertThat(ids(first)).isEqualTo(jobs.subList(0, 2));
    remove();
    Answer second = ENGINE.get(next(first));
    assertThat(ids(second)).isEqualTo(jobs.subList(3, 5));
    assertThat(ids(ENGINE.get(next(second)))).isEqualTo(jobs.subList(5, 6));
  }

  private static String next(Answer page) {
    String link = page.response().headers().firstValue("Link").orElseThrow();
    return link.substring(link.indexOf("/v1/"), link.indexOf('>'));
  }

  private static List<String> ids(Answer page) {
    List<String> ids = new ArrayList<>();
    page.body().path("items").forEach(item -> ids.add(item.path("id").asText()));
    return ids;
  }

  private String discover(String... headers) {
    Answer job = ENGINE.post("/v1/hosts/" + host.name() + ":discover", "", headers);
    assertThat(job.status()).as("%s", job.body()).isEqualTo(202);
    return job.body().path("id").asText();
  }

  private void end(String job, Instant at) {
    daos.jobs().succeed(UUID.fromString(job), JsonNodeFactory.instance.objectNode(), at);
  }

  private void remove() {
    List<UUID> old =
        daos.endedJobs().endedBefore(90, PageRequest.first(1_000)).stream()
            .map(EndedJob::id)
            .toList();
    assertThat(daos.endedJobs().remove(old)).hasValue(old.size());
  }
}
