import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The HTTP API, as any client uses it. Bodies are written with single quotes. */
final class Engine {
  /** An empty disk; its instances are done when they run, for there is no guest to wait for. */
  static final String EMPTY_IMAGE = "bench-empty";

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url = System.getenv("HOLDFAST_URL");
  private final String token = System.getenv("HOLDFAST_TOKEN");

  void ensureEmptyImage() throws Exception {
    if (!get("/v1/images?name=" + EMPTY_IMAGE).path("items").isEmpty()) {
      return;
    }
    Path file = Files.createTempFile("holdfast-bench-", ".qcow2");
    try {
      ProcessBuilder make =
          new ProcessBuilder("qemu-img", "create", "-q", "-f", "qcow2", file.toString(), "128M");
      if (make.inheritIO().start().waitFor() != 0) {
        throw new IOException("qemu-img failed");
      }
      JsonNode image =
          post(
              "/v1/images",
              "{'name':'%s','format':'QCOW2','readiness':'NONE'}".formatted(EMPTY_IMAGE));
      HttpRequest put =
          request("/v1/images/" + image.path("id").asText() + "/content")
              .header("Content-Type", "application/octet-stream")
              .PUT(BodyPublishers.ofFile(file))
              .build();
      await(answer(put));
    } finally {
      Files.delete(file);
    }
  }

  String imageId() throws Exception {
    return get("/v1/images?name=" + EMPTY_IMAGE).path("items").path(0).path("id").asText();
  }

  /** Deletes this program's groups and instances, which are called bench-..., and waits for it. */
  void deleteAll() throws Exception {
    for (JsonNode group : get("/v1/protection-groups?limit=200").path("items")) {
      if (group.path("name").asText().startsWith("bench-")) {
        remove("/v1/protection-groups/" + group.path("id").asText() + "?purge=true").get();
      }
    }
    List<String> ids = new ArrayList<>();
    for (JsonNode instance : get("/v1/instances?limit=200").path("items")) {
      if (instance.path("name").asText().startsWith("bench-")) {
        settle(instance.path("activeJob").asText(""));
        ids.add(instance.path("id").asText());
      }
    }
    delete(ids);
  }

  /**
   * Until no job works on what is to be deleted; "" for none. A run that failed may have left one,
   * also one that asks a person who is not there.
   */
  private void settle(String job) throws Exception {
    if (job.isEmpty()) {
      return;
    }
    JsonNode now = ended(get("/v1/jobs/" + job));
    if (now.path("state").asText().matches("BLOCKED|WAITING_FOR_APPROVAL")) {
      post("/v1/jobs/" + job + ":cancel", "{'reason':'the benchmark is over'}");
      while (!now.path("state").asText().matches("SUCCEEDED|FAILED|CANCELLED")) {
        now = answer(request("/v1/jobs/" + job).header("Prefer", "wait=20").GET().build());
      }
    }
  }

  void delete(List<String> ids) throws Exception {
    List<CompletableFuture<JsonNode>> jobs = new ArrayList<>();
    for (String id : ids) {
      jobs.add(remove("/v1/instances/" + id));
    }
    for (CompletableFuture<JsonNode> job : jobs) {
      job.get();
    }
  }

  /** Sends a change, to be answered when its job has ended; fails when it did not succeed. */
  CompletableFuture<JsonNode> change(String path, String body) {
    return job(posting(path, body).header("Prefer", "wait=60").build());
  }

  /** As {@link #change}, with a DELETE. */
  CompletableFuture<JsonNode> remove(String path) {
    return job(request(path).header("Prefer", "wait=60").DELETE().build());
  }

  private CompletableFuture<JsonNode> job(HttpRequest request) {
    return http.sendAsync(request, BodyHandlers.ofString())
        .thenApplyAsync(
            response -> {
              try {
                return await(parsed(response));
              } catch (Exception e) {
                throw new IllegalStateException(e.getMessage(), e);
              }
            });
  }

  JsonNode await(JsonNode job) throws Exception {
    JsonNode ended = ended(job);
    if (!ended.path("state").asText().equals("SUCCEEDED")) {
      throw new IllegalStateException("The job did not succeed: " + ended);
    }
    return ended;
  }

  /** The job once it goes on no more: it has ended, or asks a person. */
  JsonNode ended(JsonNode job) throws Exception {
    JsonNode now = job;
    while (now.path("state").asText().matches("PENDING|RUNNING")) {
      String path = "/v1/jobs/" + job.path("id").asText();
      now = answer(request(path).header("Prefer", "wait=20").GET().build());
    }
    return now;
  }

  /** Deletes what needs no job to go. */
  void drop(String path) throws Exception {
    answer(request(path).DELETE().build());
  }

  JsonNode get(String path) throws Exception {
    return answer(request(path).GET().build());
  }

  JsonNode post(String path, String body) throws Exception {
    return answer(posting(path, body).build());
  }

  private HttpRequest.Builder posting(String path, String body) {
    return request(path)
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", UUID.randomUUID().toString())
        .POST(BodyPublishers.ofString(body.replace('\'', '"')));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .header("Authorization", "Bearer " + token);
  }

  JsonNode answer(HttpRequest request) throws Exception {
    return parsed(http.send(request, BodyHandlers.ofString()));
  }

  private static JsonNode parsed(HttpResponse<String> response) throws IOException {
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          response.request().uri() + ": " + response.statusCode() + " " + response.body());
    }
    return Samples.JSON.readTree(response.body());
  }
}
