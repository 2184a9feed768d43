package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;

/** The engine over HTTP, as any client sees it. */
final class Api {
  static final Duration JOB_ENDS = Duration.ofMinutes(2);
  private static final Duration ANSWERS = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String url = Lab.variable("HOLDFAST_URL");

  /** An answer; the body is missing when it is no JSON. */
  record Answer(int status, JsonNode body) {}

  /** An accepted job and what it is about. */
  record Accepted(String job, String target) {}

  URI uri(String path) {
    return URI.create(url + path);
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  Answer post(String path, Object body) {
    return post(path, body, UUID.randomUUID().toString());
  }

  Answer post(String path, Object body, String idempotencyKey) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", idempotencyKey)
            .POST(BodyPublishers.ofString(json(body))));
  }

  Answer patch(String path, Object body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString(json(body))));
  }

  /** Sets it as a whole. */
  Answer replace(String path, Object body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(json(body))));
  }

  /** The text of an answer that is none of ours. */
  String text(String path) {
    try {
      HttpResponse<String> answer =
          client.send(request(path).GET().build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw stopped(e);
    }
  }

  Answer put(String path, Path content) {
    try {
      return send(
          request(path)
              .header("Content-Type", "application/octet-stream")
              .PUT(BodyPublishers.ofFile(content)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void download(String path, Path target) {
    try {
      assertThat(client.send(request(path).GET().build(), BodyHandlers.ofFile(target)).statusCode())
          .isEqualTo(200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw stopped(e);
    }
  }

  /**
   * Deletes instances and waits until they are gone; jobs that work on them end first, and one that
   * asks a person is undone: the tests behind a failed one would find what it has left.
   */
  void delete(List<String> instances) {
    List<Accepted> deletions = new ArrayList<>();
    for (String id : instances) {
      Answer answer = delete(id);
      if (answer.status() == 409) {
        endOpen(text(answer.body(), "/job"));
        answer = delete(id);
      }
      if (answer.status() != 404) {
        deletions.add(accepted(answer));
      }
    }
    deletions.forEach(deletion -> succeeds(deletion.job()));
  }

  private void endOpen(String job) {
    if (text(get("/v1/jobs/" + job).body(), "/state").equals("BLOCKED")) {
      post("/v1/jobs/" + job + ":abort", Map.of("reason", "the test is over"));
    }
    ends(job, JOB_ENDS);
  }

  Answer deleteImage(String image) {
    return send(request("/v1/images/" + image).DELETE());
  }

  Answer delete(String instance) {
    return remove("/v1/instances/" + instance);
  }

  Answer remove(String path) {
    return send(request(path).DELETE());
  }

  /** The id of a new network of a random range: networks cannot be deleted yet. */
  String network(String mode) {
    String name = Guests.name(mode.toLowerCase(Locale.ROOT));
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String cidr = "10.%d.%d.0/24".formatted(random.nextInt(100, 200), random.nextInt(256));
    Answer made = post("/v1/networks", Map.of("name", name, "mode", mode, "cidr", cidr));
    assertThat(made.status()).describedAs("%s", made.body()).isEqualTo(201);
    return text(made.body(), "/id");
  }

  Accepted accepted(Answer answer) {
    assertThat(answer.status()).describedAs("%s", answer.body()).isEqualTo(202);
    return new Accepted(text(answer.body(), "/id"), text(answer.body(), "/target/id"));
  }

  JsonNode succeeds(String job) {
    JsonNode ended = ends(job, JOB_ENDS);
    assertThat(text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
    return ended;
  }

  /** The job once it has ended; an engine or a database that is away meanwhile is waited for. */
  JsonNode ends(String job, Duration atMost) {
    return Awaitility.await("the end of job " + job)
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> job(job), seen -> seen.map(Api::hasEnded).orElse(false))
        .orElseThrow();
  }

  Optional<JsonNode> job(String id) {
    try {
      Answer answer = get("/v1/jobs/" + id);
      return answer.status() == 200 ? Optional.of(answer.body()) : Optional.empty();
    } catch (UncheckedIOException away) {
      return Optional.empty();
    }
  }

  static boolean hasEnded(JsonNode job) {
    return switch (text(job, "/state")) {
      case "SUCCEEDED", "FAILED", "CANCELLED" -> true;
      default -> false;
    };
  }

  /** Whether the job says that this step runs now. */
  static boolean runs(JsonNode job, String step) {
    for (JsonNode each : job.path("steps")) {
      if (text(each, "/name").equals(step)) {
        return text(each, "/state").equals("RUNNING");
      }
    }
    return false;
  }

  static String text(JsonNode node, String pointer) {
    return node.at(pointer).asText();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path))
        .timeout(ANSWERS)
        .header("Authorization", "Bearer " + Lab.variable("HOLDFAST_TOKEN"));
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      String type = response.headers().firstValue("Content-Type").orElse("");
      JsonNode body = type.contains("json") ? JSON.readTree(response.body()) : JSON.missingNode();
      return new Answer(response.statusCode(), body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw stopped(e);
    }
  }

  private static String json(Object body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RuntimeException stopped(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException(e);
  }
}
