package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused says why, and leaves nothing. */
@Tag("lab")
class RefusalTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String SOMEBODY_ELSES = "0".repeat(64);

  private final Api api = new Api();
  @TempDir Path folder = Path.of("");

  @Test
  void whatFitsNowhereSaysWhyForEveryHost() {
    try (Guests guests = new Guests(api)) {
      Map<String, Object> wanted = Guests.wanted(Guests.name("large"), "", Map.of());
      wanted.keySet().removeAll(List.of("host", "flavor"));
      wanted.putAll(Map.of("vcpus", 1, "memoryMiB", 4_000_000, "disks", disk(1)));
      Api.Accepted create = guests.create(wanted);
      JsonNode job = api.ends(create.job(), Api.JOB_ENDS);
      assertThat(Api.text(job, "/state")).isEqualTo("FAILED");
      assertThat(job.path("undone").asBoolean()).isTrue();
      assertThat(Api.text(job, "/error/code")).isEqualTo("no-capacity");
      assertThat(Api.text(job, "/error/owner")).isEqualTo("operator");
      List<String> causes = new ArrayList<>();
      job.at("/error/causes").forEach(cause -> causes.add(cause.asText()));
      List<String> hosts = Lab.hosts().stream().map(Lab.Host::name).toList();
      assertThat(causes).hasSameSizeAs(hosts);
      hosts.forEach(
          host ->
              assertThat(causes)
                  .anyMatch(c -> c.matches(host + ": MEMORY: needs 4000000, free \\d+ MiB")));
    }
  }

  @Test
  void aJobSaysWhichWorkerItWaitsForAndGoesOn() {
    Instant before = Instant.now();
    try (Guests guests = new Guests(api)) {
      Api.Accepted create;
      Lab.stop("worker-beta1");
      try {
        create = guests.create(Guests.wanted(Guests.name("patient"), "beta1", Map.of()));
        String waits =
            Awaitility.await("the job says whom it waits for")
                .atMost(SOON)
                .until(() -> waiting(create.job()), detail -> !detail.isEmpty());
        Matcher words =
            Pattern.compile("Waits for the host worker of beta1 since (\\S+)").matcher(waits);
        assertThat(words.matches()).describedAs(waits).isTrue();
        assertThat(Instant.parse(words.group(1))).isBetween(before, Instant.now());
      } finally {
        Lab.start("worker-beta1");
      }
      api.succeeds(create.job());
      guests.assertOneOf(create.target());
    }
  }

  private String waiting(String id) {
    JsonNode job = api.job(id).orElseThrow();
    assertThat(Api.hasEnded(job)).describedAs("%s", job).isFalse();
    for (JsonNode step : job.path("steps")) {
      if (Api.text(step, "/state").equals("WAITING")) {
        return Api.text(step, "/detail");
      }
    }
    return "";
  }

  static Stream<Arguments> badContents() {
    return Stream.of(
        arguments("no qcow2 at all", "qcow2", "", "image-invalid"),
        arguments("a VMDK in two files", "auto", "", "image-invalid"),
        arguments("a qcow2 on another file", "qcow2", "", "image-invalid"),
        arguments("another checksum", "qcow2", SOMEBODY_ELSES, "image-checksum-mismatch"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badContents")
  void anUploadThatIsNotWhatItSaysIsRefused(String what, String format, String sha, String code)
      throws IOException {
    String id = image(format, sha);
    Api.Answer refused = api.put("/v1/images/" + id + "/content", content(what));
    assertThat(refused.status()).describedAs("%s", refused.body()).isBetween(400, 422);
    assertThat(Api.text(refused.body(), "/code")).isEqualTo(code);
    assertNothingOf(id);
  }

  private Path content(String what) throws IOException {
    Path file = folder.resolve("content");
    if (what.startsWith("no qcow2")) {
      return Files.write(file, new byte[1 << 20]);
    }
    if (what.equals("a VMDK in two files")) {
      qemuImg("create", "-q", "-f", "vmdk", "-o", "subformat=monolithicFlat", file + "", "8M");
      return file;
    }
    Path base = folder.resolve("base");
    qemuImg("create", "-q", "-f", "qcow2", base.toString(), "8M");
    if (!what.endsWith("another file")) {
      return base;
    }
    String onBase = "backing_file=" + base + ",backing_fmt=qcow2";
    qemuImg("create", "-q", "-f", "qcow2", "-o", onBase, file.toString());
    return file;
  }

  private static void qemuImg(String... arguments) {
    List<String> command = new ArrayList<>(List.of("qemu-img"));
    command.addAll(List.of(arguments));
    Commands.require(SOON, command);
  }

  /** Its header is sound, so only a host's own tools can find it out. */
  @Test
  void anImageThatAHostRefusesIsUndone() throws IOException {
    Path broken = folder.resolve("broken");
    qemuImg("create", "-q", "-f", "qcow2", broken.toString(), "8M");
    byte[] bytes = Files.readAllBytes(broken);
    java.util.Arrays.fill(bytes, 1 << 16, bytes.length, (byte) 0xA5); // its tables
    Files.write(broken, bytes);
    String id = image("qcow2", "");
    Api.Accepted upload = api.accepted(api.put("/v1/images/" + id + "/content", broken));
    JsonNode job = api.ends(upload.job(), Api.JOB_ENDS);
    assertThat(Api.text(job, "/state")).describedAs("%s", job).isEqualTo("FAILED");
    assertThat(job.path("undone").asBoolean()).isTrue();
    assertThat(Api.text(job, "/error/code")).isEqualTo("image-invalid");
    assertThat(api.get("/v1/images/" + id).status()).isEqualTo(404);
    assertNoFileOf(id);
  }

  @Test
  void anUploadThatBreaksOffLeavesNothing() throws IOException {
    String id = image("raw", "");
    URI engine = api.uri("/v1/images/" + id + "/content");
    try (Socket socket = new Socket(engine.getHost(), engine.getPort())) {
      socket.setSoTimeout((int) SOON.toMillis());
      OutputStream out = socket.getOutputStream();
      String head =
          """
          PUT %s HTTP/1.1
          Host: %s
          Authorization: Bearer %s
          Content-Type: application/octet-stream
          Content-Length: 4194304

          """
              .formatted(engine.getPath(), engine.getAuthority(), Lab.variable("HOLDFAST_TOKEN"))
              .replace("\n", "\r\n");
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(new byte[1 << 20]);
      out.flush();
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).doesNotContain(" 200 ", " 202 ", " 500 ");
    }
    Awaitility.await("the engine to notice").atMost(SOON).untilAsserted(() -> assertNothingOf(id));
  }

  /** The id of an image that waits for its content. */
  private String image(String format, String sha256) {
    Map<String, Object> wanted =
        new java.util.HashMap<>(Map.of("name", Guests.name("bad"), "format", format));
    if (!sha256.isEmpty()) {
      wanted.put("sha256", sha256);
    }
    Api.Answer made = api.post("/v1/images", wanted);
    assertThat(made.status()).describedAs("%s", made.body()).isEqualTo(201);
    return Api.text(made.body(), "/id");
  }

  private void assertNothingOf(String image) {
    JsonNode row = api.get("/v1/images/" + image).body();
    assertThat(Api.text(row, "/state")).isEqualTo("AWAITING_CONTENT");
    assertThat(row.path("sizeBytes").isNull()).isTrue();
    assertThat(row.path("activeJob").isNull()).isTrue();
    assertNoFileOf(image);
  }

  /** The engine's image directory lies below the state's folder, which every host sees. */
  private static void assertNoFileOf(String image) {
    String store = Lab.variable("HOLDFAST_STATE") + "/data/images";
    assertThat(Lab.files(List.of(image), store, "/var/lib/holdfast")).isEmpty();
  }

  static Stream<Arguments> programs() {
    return Stream.of(
        arguments("engine", List.of("target/holdfast-engine.jar", "server")),
        arguments("host worker", List.of("../activities/target/holdfast-host-worker.jar")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("programs")
  void badSettingsEndAProgramWithOneLine(String what, List<String> arguments) throws IOException {
    Path settings = folder.resolve("settings.yml");
    Files.writeString(settings, "temporal:\n  adress: 127.0.0.1:7233\n");
    List<String> command =
        new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-jar"));
    command.addAll(arguments);
    command.add(settings.toString());
    Commands.Output output = Commands.run(SOON, command);
    assertThat(output.status()).isEqualTo(1);
    List<String> lines = new ArrayList<>(output.lines());
    lines.addAll(output.err().lines().toList());
    assertThat(lines)
        .describedAs(what)
        .singleElement()
        .asString()
        .contains("settings.yml", "adress");
  }

  private static List<Map<String, Integer>> disk(int gib) {
    return List.of(Map.of("sizeGiB", gib));
  }
}
