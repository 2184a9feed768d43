package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events over HTTP. */
@Timeout(60)
class EventResourceTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aFollowerHearsOfChangesAsTheyHappen() throws IOException {
    try (Stream stream = new Stream("")) {
      ENGINE.post("/v1/sites", "{\"name\":\"heard\"}");
      Event event = stream.next(e -> e.name.equals("site.created"));

      assertThat(event.body().path("resource").path("name").asText()).isEqualTo("heard");
      assertThat(event.body().path("resource").path("type").asText()).isEqualTo("site");
      assertThat(event.body().path("type").asText()).isEqualTo(event.name);
      assertThat(event.body().path("id").asText()).isEqualTo(event.id);
      assertThat(event.body().path("at").asText()).startsWith("20");
    }
  }

  @Test
  void whoComesBackGoesOnWhereItWas() throws IOException {
    String last;
    try (Stream stream = new Stream("")) {
      ENGINE.post("/v1/sites", "{\"name\":\"before\"}");
      last = stream.next(e -> e.isOf("before")).id;
    }
    ENGINE.post("/v1/sites", "{\"name\":\"missed-1\"}");
    ENGINE.post("/v1/sites", "{\"name\":\"missed-2\"}");
    try (Stream stream = new Stream("", "Last-Event-ID", last)) {
      assertThat(stream.next(e -> true).isOf("missed-1")).isTrue();
      assertThat(stream.next(e -> true).isOf("missed-2")).isTrue();
    }
    try (Stream stream = new Stream("", "Last-Event-ID", "0")) {
      assertThat(stream.next(e -> true).id).isEqualTo("1");
    }
  }

  @Test
  void aFollowerMayWantSomeAlone() throws IOException {
    try (Stream types = new Stream("?types=flavor,site.deleted");
        Stream target = new Stream("?target=wanted")) {
      ENGINE.post("/v1/sites", "{\"name\":\"unwanted\"}");
      ENGINE.post(
          "/v1/flavors", "{\"name\":\"wanted\",\"vcpus\":1,\"memoryMiB\":64,\"diskGiB\":1}");
      assertThat(types.next(e -> true).name).isEqualTo("flavor.created");
      assertThat(target.next(e -> true).name).isEqualTo("flavor.created");
    }
  }

  @Test
  void aJobsEventsNameTheJobAndItsTarget() throws IOException {
    ENGINE.post("/v1/sites", "{\"name\":\"there\"}");
    try (Stream stream = new Stream("?types=job")) {
      Answer job = ENGINE.post("/v1/hosts", "{\"name\":\"h1\",\"site\":\"there\"}");
      JsonNode event = stream.next(e -> true).body();
      assertThat(event.path("type").asText()).isEqualTo("job.accepted");
      assertThat(event.path("job")).isEqualTo(job.body().path("id"));
      assertThat(event.path("resource").path("id")).isEqualTo(job.body().path("target").path("id"));
      assertThat(event.path("data").path("submittedBy").asText()).isEqualTo("admin");
    }
  }

  /** Whoever was shut out must not go on reading what was opened before. */
  @Test
  void aStreamEndsWithItsToken() throws IOException {
    String body = "{\"name\":\"leaver\",\"role\":\"VIEWER\"}";
    String token = ENGINE.post("/v1/tokens", body).body().path("token").asText();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(ENGINE.uri("/v1/events")).header("Authorization", "Bearer " + token);
    try (Stream stream = new Stream(request.GET())) {
      ENGINE.send(ENGINE.as(Role.ADMIN, "/v1/tokens/leaver").DELETE());
      assertThat(stream.next(e -> e.name.equals("end")).data).contains("token-deleted");
    }
  }

  @Test
  void oneTokenDoesNotTakeAllStreams() throws IOException {
    String body = "{\"name\":\"greedy\",\"role\":\"VIEWER\"}";
    String token = ENGINE.post("/v1/tokens", body).body().path("token").asText();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(ENGINE.uri("/v1/events")).header("Authorization", "Bearer " + token);
    List<Stream> streams = new ArrayList<>();
    try {
      for (int i = 0; i < 16; i++) {
        streams.add(new Stream(request.copy().GET()));
      }
      Answer refused = ENGINE.send(request.copy().GET());
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.body().path("code").asText()).isEqualTo("too-many-streams");
      new Stream("").close();
    } finally {
      for (Stream stream : streams) {
        stream.close();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "x, '', 400, invalid-request",
    "-1, '', 400, invalid-request",
    "999999999999999, '', 410, events-expired",
    "0, ?types=A, 400, invalid-request",
    "0, ?target=%00, 400, invalid-request",
  })
  void whatCannotBeFollowedIsRefused(String last, String query, int status, String code) {
    Answer answer = ENGINE.get("/v1/events" + query, "Last-Event-ID", last);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body().path("code").asText()).isEqualTo(code);
  }

  private record Event(String id, String name, String data) {
    JsonNode body() {
      try {
        return JSON.readTree(data);
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException(e);
      }
    }

    boolean isOf(String resource) {
      return body().path("resource").path("name").asText().equals(resource);
    }
  }

  /** A client of server-sent events, as far as a test needs one. */
  private static final class Stream implements AutoCloseable {
    private final InputStream body;
    private final BufferedReader lines;

    Stream(String query, String... headers) throws IOException {
      this(asked(query, headers));
    }

    private static HttpRequest.Builder asked(String query, String... headers) {
      HttpRequest.Builder request = ENGINE.as(Role.VIEWER, "/v1/events" + query).GET();
      return headers.length == 0 ? request : request.headers(headers);
    }

    Stream(HttpRequest.Builder request) throws IOException {
      try {
        HttpResponse<InputStream> response =
            HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
            .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        body = response.body();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
      assertThat(lines.readLine()).startsWith(":");
    }

    Event next(Predicate<Event> wanted) throws IOException {
      while (true) {
        Event event = read();
        if (event != null && wanted.test(event)) {
          return event;
        }
      }
    }

    /** Null for a block without an event: a comment. */
    private @org.jspecify.annotations.Nullable Event read() throws IOException {
      String id = "";
      String name = "";
      List<String> data = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty()) {
          return name.isEmpty() ? null : new Event(id, name, String.join("\n", data));
        }
        String value = line.substring(line.indexOf(':') + 1).strip();
        switch (line.substring(0, line.indexOf(':'))) {
          case "id" -> id = value;
          case "event" -> name = value;
          case "data" -> data.add(value);
          default -> {} // a comment
        }
      }
      throw new IOException("The stream has ended");
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }
}
