package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Role;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a caller sends, the answer is a problem that names what to change, and never a 500. */
class BadInputTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "sites     | {                                  | 400 | malformed-json    |",
        "sites     | ~~                                 | 400 | malformed-json    |",
        "sites     | []                                 | 400 | malformed-json    |",
        "sites     | null                               | 400 | malformed-json    |",
        "sites     | {\"name\":\"a\"} x                 | 400 | malformed-json    |",
        "sites     | {\"name\":\"a\",\"name\":\"b\"}    | 400 | malformed-json    |",
        "sites     | {}                                 | 422 | invalid-field     | name",
        "sites     | {\"name\":null}                    | 422 | invalid-field     | name",
        "sites     | {\"name\":1}                       | 422 | invalid-field     | name",
        "sites     | {\"name\":\"A_b\"}                 | 422 | invalid-field     | name",
        "sites     | {\"name\":\"a\\u0000\"}            | 422 | invalid-field     | name",
        "sites     | {\"name\":\"a\\ud800\"}            | 422 | invalid-field     | name",
        "sites     | {\"name\":\"a\",\"x\":{\"y\":1}}   | 422 | unknown-field     | x",
        "hosts     | {\"name\":\"h\",\"site\":\"none\"} | 422 | unknown-reference | site",
        "flavors   | {\"name\":\"f\",\"vcpus\":\"1\",\"memoryMiB\":64,\"diskGiB\":1} | 422 |"
            + " invalid-field | vcpus",
        "flavors   | {\"name\":\"f\",\"vcpus\":1.5,\"memoryMiB\":64,\"diskGiB\":1} | 422 |"
            + " invalid-field | vcpus",
        "flavors   | {\"name\":\"f\",\"vcpus\":-1,\"memoryMiB\":64,\"diskGiB\":1} | 422 |"
            + " invalid-field | vcpus",
        "flavors   | {\"name\":\"f\",\"vcpus\":1,\"memoryMiB\":1e99,\"diskGiB\":1} | 422 |"
            + " invalid-field | memoryMiB",
        "flavors   | {\"name\":\"f\",\"vcpus\":1,\"memoryMiB\":64,\"diskGiB\":99999999999999999999}"
            + " | 422 | invalid-field | diskGiB",
        "flavors   | {\"name\":\"f\",\"vcpus\":256,\"memoryMiB\":64,\"diskGiB\":1} | 422 |"
            + " invalid-field | vcpus",
        "networks  | {\"name\":\"n\",\"mode\":0,\"cidr\":\"10.0.0.0/24\"} | 422 | invalid-field |"
            + " mode",
        "networks  | {\"name\":\"n\",\"mode\":\"NAT\",\"cidr\":\"10.0.0.1/24\"} | 422 |"
            + " invalid-field | cidr",
        "networks  | {\"name\":\"n\",\"mode\":\"NAT\",\"cidr\":\"10.0.0.999/24\"} | 422 |"
            + " invalid-field | cidr",
        "images    | {\"name\":\"i\",\"source\":\"http://10.0.0.1/x\"} | 422 | invalid-field |"
            + " source",
        "images    | {\"name\":\"i\",\"sha256\":\"00\"} | 422 | invalid-field | sha256",
        "images    | {\"name\":\"i\",\"format\":\"vhd\"} | 422 | invalid-field | format",
        "images    | {\"name\":\"i\",\"compression\":\"zip\"} | 422 | invalid-field | compression",
        "instances | {\"name\":\"i\",\"image\":\"none\",\"flavor\":\"none\"} | 422 |"
            + " unknown-reference | image",
        "instances | {\"name\":\"i\",\"image\":\"x\",\"disks\":[{\"sizeGiB\":\"1\"}]} | 422 |"
            + " invalid-field | disks[0].sizeGiB",
        "instances |"
            + " {\"name\":\"i\",\"image\":\"x\",\"disks\":[{\"sizeGiB\":1},{\"sizeGiB\":65537}]} |"
            + " 422 | invalid-field | disks[1].sizeGiB",
        "instances | {\"name\":\"i\",\"image\":\"x\",\"disks\":[{\"sizeGiB\":1,\"bus\":\"ide\"}]} |"
            + " 422 | unknown-field | disks[0].bus",
        "instances | {\"name\":\"i\",\"image\":\"x\",\"sshKeys\":[null]} | 422 | invalid-field |"
            + " sshKeys[0]",
        "instances | {\"name\":\"i\",\"image\":\"x\",\"labels\":{\"a b\":\"c\"}} | 422 |"
            + " invalid-field | labels.a b",
        "instances | {\"name\":\"i\",\"image\":\"x\",\"networks\":[\"../x\"]} | 422 | invalid-field"
            + " | networks[0]",
        "tokens    | {\"name\":\"t\",\"role\":\"GOD\"} | 422 | invalid-field | role",
        "sites?dryrun=true | {\"name\":\"a\"} | 400 | invalid-request | dryrun",
        "sites?approval=true | {\"name\":\"a\"} | 400 | invalid-request | approval",
        "sites?dryRun=yes | {\"name\":\"a\"} | 400 | invalid-request | dryRun",
        "sites?dryRun | {\"name\":\"a\"} | 400 | invalid-request | dryRun",
        "sites?dryRun=true&dryRun=false | {\"name\":\"a\"} | 400 | invalid-request | dryRun",
        "sites?dryRun=true | {\"name\":\"A_b\"} | 422 | invalid-field | name",
        "instances/none:start?dryRun=true | {} | 404 | not-found |",
        "leases/none:force-release | {\"reason\":\"it hangs\"} | 404 | not-found |",
        "leases/none:force-release | {\"reason\":\"a\\nb\"} | 422 | invalid-field | reason",
        "leases/none:force-release | {} | 422 | invalid-field | reason",
        "instances/none:start | {} | 404 | not-found |",
        "instances/none:frob | {} | 404 | not-found |",
      })
  void postIsRefused(String path, String body, int status, String code, String field) {
    Answer answer = ENGINE.post("/v1/" + path, body);

    assertProblem(answer, status, code);
    assertThat(answer.body().path("field").asText("")).isEqualTo(field == null ? "" : field);
  }

  @ParameterizedTest
  @CsvSource({
    "/, 404, not-found",
    "/v1/nothing, 404, not-found",
    "/v1/sites/none, 404, not-found",
    "/v1/sites/%00, 400, invalid-request",
    "/v1/sites/..%2fx, 400, invalid-request",
    "/v1/jobs/1-1-1-1-1, 404, not-found",
    "/v1/jobs?state=foo, 400, invalid-request",
    "/v1/jobs?target=%00, 400, invalid-request",
    "/v1/sites?limit=0, 400, invalid-request",
    "/v1/sites?limit=1001, 400, invalid-request",
    "/v1/sites?cursor=zzz, 400, invalid-request",
    "/v1/sites?cursor=f_________________________________w, 400, invalid-request",
    "/v1/sites?name=%00, 400, invalid-request",
  })
  void getIsRefused(String path, int status, String code) {
    assertProblem(ENGINE.get(path), status, code);
  }

  /** Else a list answers with everything, and whoever asked for some of it takes it for those. */
  @ParameterizedTest
  @CsvSource({
    "/v1/instances?status=ERROR, status",
    "/v1/instances?state=BROKEN, state",
    "/v1/instances?label=a, label",
    "/v1/volumes?Instance=i, Instance",
    "/v1/volumes?host=%00, host",
    "/v1/hosts?site=s&state=ACTIVE, state",
    "/v1/hosts/none?dryRun=true, dryRun",
    "/v1/protection-groups/none/recovery-points?name=p, name",
    "/v1/protection-groups/none/recovery-points?state=OLD, state",
    "/v1/recovery-plans/none/runs?name=r, name",
    "/v1/events?since=1, since",
  })
  void aQueryThatMeansNothingStopsARead(String path, String field) {
    Answer answer = ENGINE.get(path);
    assertProblem(answer, 400, "invalid-request");
    assertThat(answer.body().path("field").asText()).isEqualTo(field);
    assertThat(answer.body().path("detail").asText()).contains(field);
  }

  @Test
  void theServersOwnRefusalsAreProblems() {
    HttpRequest.Builder put = ENGINE.as(Role.ADMIN, "/v1/sites").PUT(BodyPublishers.ofString("{}"));
    assertProblem(ENGINE.send(put), 405, "method-not-allowed");
    assertProblem(ENGINE.get("/v1/sites", "Accept", "text/xml"), 406, "not-acceptable");
    HttpRequest.Builder text =
        HttpRequest.newBuilder(ENGINE.uri("/v1/sites"))
            .header("Authorization", "Bearer " + ENGINE.token(Role.ADMIN))
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString("x"));
    assertProblem(ENGINE.send(text), 415, "unsupported-media-type");
    assertProblem(ENGINE.get("/v1/sites", "X-Long", "x".repeat(9000)), 431, "invalid-request");
  }

  /** What is overlooked on a DELETE cannot be had back. */
  @Test
  void aQueryThatMeansNothingStopsAChange() {
    ENGINE.post("/v1/flavors", "{\"name\":\"kept\",\"vcpus\":1,\"memoryMiB\":64,\"diskGiB\":1}");
    HttpRequest.Builder delete = ENGINE.as(Role.ADMIN, "/v1/flavors/kept?dryrun=true").DELETE();
    assertProblem(ENGINE.send(delete), 400, "invalid-request");
    assertThat(ENGINE.get("/v1/flavors/kept").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/sites, application/json",
    "PUT, /v1/images/up/content, application/octet-stream"
  })
  void aBodyThatIsNotCompressedAsItSaysIsRefused(String method, String path, String type) {
    ENGINE.post("/v1/images", "{\"name\":\"up\"}");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(ENGINE.uri(path))
            .header("Authorization", "Bearer " + ENGINE.token(Role.ADMIN))
            .header("Content-Type", type)
            .header("Content-Encoding", "gzip")
            .method(method, BodyPublishers.ofString("{}".repeat(9)));
    assertProblem(ENGINE.send(request), 400, "invalid-request");
  }

  @Test
  void aBodyOverTheLimitIsRefusedWithAndWithoutALength() {
    String body = "{\"name\":\"" + "a".repeat(1 << 20) + "\"}";
    assertProblem(ENGINE.post("/v1/sites", body), 413, "body-too-large");
    HttpRequest.Builder chunked =
        ENGINE
            .as(Role.ADMIN, "/v1/sites")
            .POST(
                BodyPublishers.ofInputStream(
                    () -> new java.io.ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))));
    assertProblem(ENGINE.send(chunked), 413, "body-too-large");
  }

  @Test
  void tokensAndRolesAreChecked() {
    HttpRequest.Builder none = HttpRequest.newBuilder(ENGINE.uri("/v1/sites"));
    Answer answer = ENGINE.send(none);
    assertProblem(answer, 401, "unauthenticated");
    assertThat(answer.response().headers().firstValue("WWW-Authenticate")).isPresent();
    assertProblem(ENGINE.send(none.copy(), "Authorization", "Bearer x"), 401, "unauthenticated");
    assertProblem(
        ENGINE.send(none.copy(), "Authorization", "Bearer hf_" + "x".repeat(43)),
        401,
        "unauthenticated");
    assertThat(ENGINE.send(ENGINE.as(Role.VIEWER, "/v1/sites")).status()).isEqualTo(200);
    assertProblem(post(Role.VIEWER, "/v1/flavors", "{}"), 403, "forbidden");
    assertProblem(post(Role.OPERATOR, "/v1/sites", "{}"), 403, "forbidden");
    assertProblem(ENGINE.send(ENGINE.as(Role.OPERATOR, "/v1/tokens")), 403, "forbidden");
  }

  @Test
  void aBadPreferenceIsIgnoredAndABadKeyIsRefused() {
    assertThat(ENGINE.get("/v1/sites", "Prefer", "wait=x, y=").status()).isEqualTo(200);
    assertProblem(
        ENGINE.post("/v1/sites", "{\"name\":\"k\"}", "Idempotency-Key", "x".repeat(256)),
        400,
        "invalid-request");
  }

  private static Answer post(Role role, String path, String json) {
    return ENGINE.send(ENGINE.as(role, path).POST(BodyPublishers.ofString(json)));
  }

  private static void assertProblem(Answer answer, int status, String code) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.response().headers().firstValue("Content-Type"))
        .hasValue("application/problem+json");
    assertThat(answer.body().path("code").asText()).isEqualTo(code);
    assertThat(answer.body().path("status").asInt()).isEqualTo(status);
  }
}
