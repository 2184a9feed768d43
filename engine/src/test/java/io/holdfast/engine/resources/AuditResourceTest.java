package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Role;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobState;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the audit says of what was asked. */
class AuditResourceTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  @Test
  void anAcceptedJobIsToldWithItsEnd() {
    ENGINE.post("/v1/sites", "{\"name\":\"s1\"}");
    Answer job =
        ENGINE.post("/v1/hosts", "{\"name\":\"h1\",\"site\":\"s1\"}", "X-Request-Id", "mine-1");
    assertThat(job.response().headers().firstValue("X-Request-Id")).hasValue("mine-1");
    UUID id = UUID.fromString(job.body().path("id").asText());

    JsonNode entry = only("?target=h1&outcome=accepted");
    assertThat(entry.path("caller").asText()).isEqualTo("admin");
    assertThat(entry.path("role").asText()).isEqualTo("ADMIN");
    assertThat(entry.path("method").asText()).isEqualTo("POST");
    assertThat(entry.path("path").asText()).isEqualTo("/v1/hosts");
    assertThat(entry.path("requestId").asText()).isEqualTo("mine-1");
    assertThat(entry.path("target").path("id")).isEqualTo(job.body().path("target").path("id"));
    assertThat(entry.path("job").path("id").asText()).isEqualTo(id.toString());
    assertThat(entry.path("job").path("state").asText()).isEqualTo("PENDING");

    JobFailure failure = new JobFailure(FailureType.LIBVIRT_REFUSED, "no", List.of());
    ENGINE.database().daos().jobs().end(id, JobState.FAILED, null, failure, true, Instant.now());
    JsonNode ended = only("?target=" + job.body().path("target").path("id").asText());
    assertThat(ended.path("job").path("state").asText()).isEqualTo("FAILED");
    assertThat(ended.path("job").path("error").asText()).isEqualTo("libvirt-refused");
  }

  @Test
  void refusalsOfKnownCallersAreTold() {
    ENGINE.send(
        ENGINE.as(Role.VIEWER, "/v1/sites").POST(BodyPublishers.ofString("{\"name\":\"no\"}")));
    ENGINE.post("/v1/instances/gone:stop", "{\"graceSeconds\":1}");
    ENGINE.post("/v1/flavors", "{\"name\":1}");

    JsonNode forbidden = only("?caller=viewer");
    assertThat(forbidden.path("outcome").asText()).isEqualTo("REFUSED");
    assertThat(forbidden.path("status").asInt()).isEqualTo(403);
    assertThat(forbidden.path("code").asText()).isEqualTo("forbidden");
    JsonNode missing = only("?target=gone");
    assertThat(missing.path("code").asText()).isEqualTo("not-found");
    assertThat(missing.path("target").path("type").asText()).isEqualTo("instance");
    assertThat(missing.path("path").asText()).isEqualTo("/v1/instances/gone:stop");
    assertThat(entries("?outcome=refused")).anyMatch(e -> code(e).equals("invalid-field"));
  }

  @Test
  void definitionsAndRemovalsAreToldOnce() {
    ENGINE.post("/v1/flavors", "{\"name\":\"f\",\"vcpus\":1,\"memoryMiB\":64,\"diskGiB\":1}");
    ENGINE.send(ENGINE.as(Role.OPERATOR, "/v1/flavors/f").DELETE());
    assertThat(entries("?caller=operator")).hasSize(1);
    assertThat(only("?caller=operator").path("method").asText()).isEqualTo("DELETE");
    assertThat(entries("?outcome=accepted"))
        .filteredOn(e -> e.path("target").path("type").asText().equals("flavor"))
        .hasSize(2);
  }

  @Test
  void nothingIsSaidOfReadsStrangersAndSecrets() {
    Answer token = ENGINE.post("/v1/tokens", "{\"name\":\"t1\",\"role\":\"VIEWER\"}");
    String secret = token.body().path("token").asText();
    assertThat(secret).startsWith("hf_");
    int before = entries("?limit=1000").size();
    ENGINE.get("/v1/tokens");
    ENGINE.send(
        java.net.http.HttpRequest.newBuilder(ENGINE.uri("/v1/sites"))
            .POST(BodyPublishers.ofString("{}")));
    List<JsonNode> after = entries("?limit=1000");
    assertThat(after).hasSize(before);
    assertThat(after.toString()).doesNotContain(secret).contains("/v1/tokens");
  }

  @Test
  void aSpanOfTimeAndPagesNarrowIt() {
    Instant from = Instant.now();
    for (int i = 0; i < 3; i++) {
      ENGINE.post("/v1/sites", "{\"name\":\"span-" + i + "\"}");
    }
    assertThat(entries("?since=" + from)).hasSizeGreaterThanOrEqualTo(3);
    assertThat(entries("?until=" + from))
        .noneMatch(e -> Instant.parse(e.path("at").asText()).isAfter(from));
    Answer first = ENGINE.get("/v1/audit?limit=2&since=" + from);
    String link = first.response().headers().firstValue("Link").orElseThrow();
    Answer second = ENGINE.get(link.substring(link.indexOf("/v1/"), link.indexOf('>')));
    assertThat(second.body().path("items").path(0).path("path").asText()).isEqualTo("/v1/sites");
  }

  @ParameterizedTest
  @ValueSource(strings = {"since=now", "until=2026-01-31", "outcome=maybe", "caller=%00"})
  void aFilterThatMeansNothingIsRefused(String query) {
    assertThat(ENGINE.get("/v1/audit?" + query).status()).isEqualTo(400);
  }

  @Test
  void onlyAdministratorsReadIt() {
    assertThat(ENGINE.send(ENGINE.as(Role.OPERATOR, "/v1/audit").GET()).status()).isEqualTo(403);
  }

  private static JsonNode only(String query) {
    List<JsonNode> found = entries(query);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static List<JsonNode> entries(String query) {
    Answer answer = ENGINE.get("/v1/audit" + query);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return StreamSupport.stream(answer.body().path("items").spliterator(), false).toList();
  }

  private static String code(JsonNode entry) {
    return entry.path("code").asText();
  }
}
