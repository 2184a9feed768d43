package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.SiteRow;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels, leases, user data and the console, over HTTP. */
class InstanceOptionsTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private final Inventory inventory = new Inventory(ENGINE.database());
  private final ImageRow image = inventory.image(ImageState.AVAILABLE);

  private Answer create(String name, String more) {
    String body =
        "{'name':'%s','image':'%s','vcpus':1,'memoryMiB':128%s}"
            .formatted(name, image.name(), more)
            .replace('\'', '"');
    return ENGINE.post("/v1/instances", body);
  }

  private static Answer patch(String name, String body, String... headers) {
    HttpRequest.Builder request =
        ENGINE
            .as(Role.OPERATOR, "/v1/instances/" + name)
            .method("PATCH", BodyPublishers.ofString(body.replace('\'', '"')));
    return ENGINE.send(request, headers);
  }

  private static List<String> names(String query) {
    Answer answer = ENGINE.get("/v1/instances?" + query);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return names(answer);
  }

  /** Of the instances, not of their disks. */
  private static List<String> names(Answer answer) {
    List<String> names = new ArrayList<>();
    answer.body().path("items").forEach(item -> names.add(item.path("name").asText()));
    return names;
  }

  @Test
  void aListIsFilteredByAllThatIsSaid() {
    SiteRow site = inventory.site();
    HostRow host = inventory.host(site, 4, 4096);
    create("label-a", ",'site':'%s','labels':{'app':'web','tier':'1'}".formatted(site.name()));
    create("label-b", ",'labels':{'app':'web','tier':'a=b {c}%'}");
    create("label-c", ",'labels':{'app':'db'}");
    JsonNode b = ENGINE.get("/v1/instances/label-b").body();
    ENGINE
        .database()
        .daos()
        .instances()
        .setPlace(java.util.UUID.fromString(b.path("id").asText()), host.id(), "default");

    assertThat(names("label=app=web")).containsExactly("label-a", "label-b");
    assertThat(names("label=app=web&label=tier=1")).containsExactly("label-a");
    assertThat(names("label=app=web&label=tier=2")).isEmpty();
    assertThat(names("label=tier=a%3Db%20%7Bc%7D%25")).containsExactly("label-b");
    assertThat(names("site=" + site.name())).containsExactly("label-a", "label-b");
    assertThat(names("site=" + site.id() + "&label=tier=1")).containsExactly("label-a");
    assertThat(names("host=" + host.name())).containsExactly("label-b");
    assertThat(names("host=" + host.id() + "&label=app=db")).isEmpty();
    assertThat(names("host=nowhere")).isEmpty();
    assertThat(names("site=nowhere")).isEmpty();
    assertThat(names("name=label-c&label=app=db")).containsExactly("label-c");
  }

  @Test
  void aPageOfAFilteredListLeadsToTheNextOne() {
    create("label-p", ",'labels':{'page':'{x} & 100%'}");
    create("label-q", ",'labels':{'page':'{x} & 100%'}");
    create("label-r", "");
    String query = "limit=1&label=page=%7Bx%7D%20%26%20100%25";
    Answer first = ENGINE.get("/v1/instances?" + query);
    String link = first.response().headers().firstValue("Link").orElseThrow();
    Answer second = ENGINE.get(link.substring(link.indexOf("/v1/"), link.indexOf('>')));
    assertThat(names(first)).containsExactly("label-p");
    assertThat(names(second)).containsExactly("label-q");
    assertThat(second.response().headers().firstValue("Link")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "label=app",
        "label==x",
        "label=a%20b=c",
        "label=a=1&label=a=2",
        "site=%00",
        "host=a_b"
      })
  void aFilterThatMeansNothingIsRefused(String query) {
    Answer answer = ENGINE.get("/v1/instances?" + query);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().path("code").asText()).isEqualTo("invalid-request");
  }

  @Test
  void aPatchChangesWhatItNamesAndNothingElse() {
    create("patched", ",'labels':{'a':'1','b':'2'}");
    Answer one =
        patch("patched", "{'labels':{'a':null,'c':'3'},'leaseUntil':'2199-01-01T01:00:00+01:00'}");
    assertThat(one.status()).as("%s", one.body()).isEqualTo(200);
    assertThat(one.body().path("labels")).hasToString("{\"b\":\"2\",\"c\":\"3\"}");
    assertThat(one.body().path("leaseUntil").asText()).isEqualTo("2199-01-01T00:00:00Z");

    Answer two = patch("patched", "{'labels':null}");
    assertThat(two.body().path("labels")).isEmpty();
    assertThat(two.body().path("leaseUntil").asText()).isEqualTo("2199-01-01T00:00:00Z");
    Answer three = patch("patched", "{'leaseUntil':null}");
    assertThat(three.body().path("leaseUntil").isNull()).isTrue();
    assertThat(ENGINE.get("/v1/instances/patched").body()).isEqualTo(three.body());
  }

  @Test
  void aPatchOfWhatSomebodyChangedMeanwhileIsRefused() {
    create("tagged", "");
    String seen = tag(ENGINE.get("/v1/instances/tagged"));
    Answer changed = patch("tagged", "{'labels':{'a':'1'}}", "If-Match", seen);
    assertThat(changed.status()).isEqualTo(200);
    assertThat(tag(changed)).isNotEqualTo(seen);
    Answer late = patch("tagged", "{'labels':{'a':'2'}}", "If-Match", seen);
    assertThat(late.status()).isEqualTo(412);
    assertThat(late.body().path("code").asText()).isEqualTo("precondition-failed");
    assertThat(patch("tagged", "{}", "If-Match", "W/" + tag(changed)).status()).isEqualTo(412);
    assertThat(patch("tagged", "{}", "If-Match", "\"x\", " + tag(changed)).status()).isEqualTo(200);
    assertThat(patch("tagged", "{}", "If-Match", "*").status()).isEqualTo(200);
    assertThat(patch("tagged", "{}", "If-Match", "1").status()).isEqualTo(400);
    Answer now = ENGINE.get("/v1/instances/tagged");
    assertThat(now.body().path("labels")).hasToString("{\"a\":\"1\"}");
    assertThat(tag(now)).isEqualTo(tag(changed));
  }

  private static String tag(Answer answer) {
    return answer.response().headers().firstValue("ETag").orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'leaseUntil':'2020-01-01T00:00:00Z'} | leaseUntil",
        "{'leaseUntil':'2199-01-01T00:00:00'}  | leaseUntil",
        "{'leaseUntil':'+12020-01-01T00:00:00Z'} | leaseUntil",
        "{'leaseUntil':'tomorrow'}             | leaseUntil",
        "{'leaseUntil':4102444800}             | leaseUntil",
        "{'labels':{'a b':'c'}}                | labels.a b",
        "{'labels':{'a':1}}                    | labels.a",
        "{'labels':[]}                         | labels",
        "{'vcpus':2}                           | vcpus",
      })
  void aBadPatchNamesItsField(String body, String field) {
    create("bad-patch", "");
    Answer answer = patch("bad-patch", body);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(422);
    assertThat(answer.body().path("field").asText()).isEqualTo(field);
    assertThat(answer.body().path("detail").asText()).startsWith(field).doesNotContain("java");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#!/bin/sh\\necho hello",
        "#cloud-config",
        "#cloud-config\\nhostname: x\\nruncmd: [[ls, -l]]",
        "## template: jinja\\n#cloud-config\\nhostname: {{ x }}",
        "Content-Type: multipart/mixed; boundary=x"
      })
  void userDataOfEveryFormIsTaken(String text) {
    Answer answer = create(Inventory.name("data"), ",'userData':'" + text + "'");
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hostname: x",
        " #!/bin/sh",
        "#cloud-config\\n- a",
        "#cloud-config\\na: [1, 2",
        "#cloud-config\\na: b: secret",
        "#cloud-config\\na: *none"
      })
  void userDataThatNoGuestCouldReadIsRefused(String text) {
    Answer answer = create("bad-data", ",'userData':'" + text + "'");
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(422);
    assertThat(answer.body().path("code").asText()).isEqualTo("invalid-field");
    assertThat(answer.body().path("field").asText()).isEqualTo("userData");
    assertThat(answer.body().path("detail").asText()).doesNotContain("secret");
  }

  @Test
  void tooMuchUserDataIsRefused() {
    Answer answer = create("big-data", ",'userData':'#!" + "x".repeat(65_536) + "'");
    assertThat(answer.body().path("field").asText()).isEqualTo("userData");
  }

  @Test
  void aLeaseThatHasEndedIsRefusedFromTheStart() {
    Answer past = create("late", ",'leaseUntil':'2020-01-01T00:00:00Z'");
    assertThat(past.body().path("field").asText()).isEqualTo("leaseUntil");
    assertThat(ENGINE.get("/v1/instances/late").status()).isEqualTo(404);
    create("leased", ",'leaseUntil':'2199-01-01T00:00:00Z','antiAffinity':'db'");
    JsonNode leased = ENGINE.get("/v1/instances/leased").body();
    assertThat(leased.path("leaseUntil").asText()).isEqualTo("2199-01-01T00:00:00Z");
    assertThat(leased.path("antiAffinity").asText()).isEqualTo("db");
    assertThat(create("grouped", ",'antiAffinity':'A_b'").body().path("field").asText())
        .isEqualTo("antiAffinity");
  }

  @Test
  void theConsoleOfAGuestThatNeverRanIsEmpty() {
    create("silent", "");
    Answer console = ENGINE.get("/v1/instances/silent/console");
    assertThat(console.status()).isEqualTo(200);
    assertThat(console.response().body()).isEmpty();
    assertThat(console.response().headers().firstValue("Content-Type"))
        .hasValue("text/plain;charset=utf-8");
    assertThat(console.response().headers().firstValue("X-Content-Type-Options"))
        .hasValue("nosniff");
    assertThat(ENGINE.get("/v1/instances/none/console").status()).isEqualTo(404);
    for (String bytes : List.of("0", "65537", "x", "")) {
      Answer refused = ENGINE.get("/v1/instances/silent/console?bytes=" + bytes);
      assertThat(refused.status()).as(bytes).isEqualTo(400);
    }
    HttpRequest.Builder viewer = ENGINE.as(Role.VIEWER, "/v1/instances/silent/console").GET();
    assertThat(ENGINE.send(viewer).status()).isEqualTo(403);
  }

  @Test
  void theConsoleOfASilentHostSaysSinceWhen() {
    HostRow host = inventory.host(inventory.site(), 4, 4096);
    JobRow job = inventory.instance(image, List.of());
    ENGINE.database().daos().instances().setPlace(job.targetId(), host.id(), "default");
    String path = "/v1/instances/" + job.targetId() + "/console";

    Answer unanswered = ENGINE.get(path); // there is no Temporal here
    assertThat(unanswered.status()).isEqualTo(503);
    assertThat(unanswered.body().path("code").asText()).isEqualTo("host-unreachable");
    assertThat(unanswered.body().path("detail").asText())
        .contains(host.name(), Objects.requireNonNull(host.lastSeenAt()).toString());

    Instant since = Instant.parse("2026-01-02T03:04:05Z");
    ENGINE.database().daos().hosts().setSilent(host.id(), since);
    Answer silent = ENGINE.get(path);
    assertThat(silent.status()).isEqualTo(503);
    assertThat(silent.body().path("detail").asText()).contains("since " + since);
    assertThat(silent.response().headers().firstValue("Retry-After")).isPresent();
  }
}
