package io.holdfast.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.testing.DropwizardTestSupport;
import io.holdfast.config.KeyFile;
import io.holdfast.engine.core.TokenService;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.Role;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A whole engine on a real PostgreSQL, without Temporal: what it accepts stays in the outbox. It
 * starts the {@link PostgresExtension} that it is given.
 */
public final class EngineExtension implements BeforeAllCallback, AfterAllCallback {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PostgresExtension postgres = new PostgresExtension();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<Role, String> tokens = new EnumMap<>(Role.class);
  private final Path directory;
  private DropwizardTestSupport<EngineConfiguration> engine;

  public EngineExtension() {
    try {
      directory = Files.createTempDirectory("holdfast-engine-test");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    engine = new DropwizardTestSupport<>(EngineApplication.class, settingsFile().toString());
  }

  /** An answer; the body is missing (JSON null) when there was none. */
  public record Answer(int status, JsonNode body, HttpResponse<String> response) {}

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    postgres.beforeAll(context);
    KeyFile.addKey(directory.resolve("keys"), LocalDate.now(ZoneOffset.UTC));
    Files.writeString(settingsFile(), settings());
    engine = new DropwizardTestSupport<>(EngineApplication.class, settingsFile().toString());
    engine.before();
    TokenService service = new TokenService(database(), Clock.systemUTC());
    for (Role role : Role.values()) {
      String name = role.name().toLowerCase(java.util.Locale.ROOT);
      tokens.put(role, service.create(name, role).secret().value());
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    engine.after();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  public Database database() {
    return postgres.database();
  }

  public DataSource dataSource() {
    return postgres.dataSource();
  }

  public Path imageDirectory() {
    return directory.resolve("images");
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + engine.getLocalPort() + path);
  }

  public URI adminUri(String path) {
    return URI.create("http://127.0.0.1:" + engine.getAdminPort() + path);
  }

  /** What Prometheus would read. */
  public String metrics() {
    try {
      HttpRequest request = HttpRequest.newBuilder(adminUri("/metrics")).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public String token(Role role) {
    return tokens.getOrDefault(role, "");
  }

  /** As an administrator; {@code headers}: name, value, name, value. */
  public Answer post(String path, String json, String... headers) {
    return send(as(Role.ADMIN, path).POST(BodyPublishers.ofString(json)), headers);
  }

  public Answer get(String path, String... headers) {
    return send(as(Role.ADMIN, path).GET(), headers);
  }

  /** A request with JSON as its content type. */
  public HttpRequest.Builder as(Role role, String path) {
    return HttpRequest.newBuilder(uri(path))
        .header("Authorization", "Bearer " + token(role))
        .header("Content-Type", "application/json");
  }

  public Answer send(HttpRequest.Builder request, String... headers) {
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), parse(response), response);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode parse(HttpResponse<String> response) throws JsonProcessingException {
    String type = response.headers().firstValue("Content-Type").orElse("");
    return type.contains("json") ? JSON.readTree(response.body()) : JSON.nullNode();
  }

  private Path settingsFile() {
    return directory.resolve("engine.yml");
  }

  private String settings() {
    return String.join(
        "\n",
        List.of(
            "server:",
            "  applicationConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]",
            "  adminConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]",
            "  requestLog: {appenders: []}",
            "database: {url: '" + postgres.jdbcUrl() + "', user: postgres}",
            "temporal: {address: '127.0.0.1:1'}",
            "encryption: {keyFile: '" + directory.resolve("keys") + "'}",
            "images: {directory: '" + imageDirectory() + "', publicUrl: 'http://127.0.0.1:1',",
            "  maxBytes: 1000000}",
            "callouts: {secret: 'sixteen letters at least', prefixes: ['https://ops.example/']}",
            "logging: {level: WARN, loggers: {io.temporal: 'OFF'}}",
            ""));
  }
}
