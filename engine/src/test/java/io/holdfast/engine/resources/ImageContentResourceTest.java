package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Compression;
import io.holdfast.engine.db.ContentFormat;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.image.ImageSignatures;
import io.holdfast.engine.image.Packed;
import io.holdfast.workflows.model.GuestReadiness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Uploads that are whole, and all the ways in which one is not. */
class ImageContentResourceTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private static final byte[] RAW = new byte[4096];

  @Test
  void anUploadStartsTheImportAndIsReadableWithASignature() throws Exception {
    UUID id = create("whole", "");

    Answer job = put("whole", RAW);
    assertThat(job.status()).isEqualTo(202);
    assertThat(job.body().path("kind").asText()).isEqualTo("IMPORT_IMAGE");
    assertThat(put("whole", RAW).body().path("code").asText()).isEqualTo("image-has-content");
    assertThat(Files.size(ENGINE.imageDirectory().resolve(id.toString()))).isEqualTo(RAW.length);

    ImageSignatures signatures =
        new ImageSignatures(ENGINE.database().daos().sharedKeys(), "http://x", Clock.systemUTC());
    String path = URI.create(signatures.address(id)).toString().substring("http://x".length());
    Answer range = ENGINE.send(HttpRequest.newBuilder(ENGINE.uri(path)), "Range", "bytes=1-3");
    assertThat(range.status()).isEqualTo(206);
    assertThat(range.response().headers().firstValue("Content-Range")).hasValue("bytes 1-3/4096");
    Answer forged = ENGINE.send(HttpRequest.newBuilder(ENGINE.uri(path + "0")));
    assertThat(forged.status()).isEqualTo(403);
    Answer nobody = ENGINE.send(HttpRequest.newBuilder(ENGINE.uri("/v1/images/whole/content")));
    assertThat(nobody.status()).isEqualTo(401);
  }

  /** Its first answer was lost; nothing is read for the second one. */
  @Test
  void anUploadThatComesAgainWithItsKeyGetsItsJob() {
    UUID id = create("again", "");
    Answer first = put("again", RAW, "again-1");
    assertThat(first.status()).isEqualTo(202);
    Answer second = put("again", RAW, "again-1");
    assertThat(second.status()).isEqualTo(202);
    assertThat(second.body().path("id")).isEqualTo(first.body().path("id"));
    assertCode(put("again", new byte[8192], "again-1"), 422, "idempotency-mismatch");
    assertCode(put("again", RAW, "again-2"), 409, "image-has-content");

    ENGINE.database().daos().images().tryDelete(id); // as the unwind of an import does
    assertThat(put("again", RAW, "again-1").body().path("id")).isEqualTo(first.body().path("id"));

    UUID other = create("again", "");
    Answer mistaken = put("again", RAW, "again-1");
    assertCode(mistaken, 422, "idempotency-mismatch");
    assertThat(mistaken.body().path("detail").asText()).contains(first.body().path("id").asText());
    assertThat(ENGINE.get("/v1/images/" + other).body().path("state").asText())
        .isEqualTo("AWAITING_CONTENT");
    assertThat(put("again", RAW, "again-3").status()).isEqualTo(202);
  }

  /** Whoever may read images would read the key of a signed address, too. */
  @Test
  void anAddressIsShownWithoutItsQuery() {
    ENGINE
        .database()
        .daos()
        .images()
        .insert(imported("https://store.example/a.raw?X-Signature=secret"));
    assertThat(ENGINE.get("/v1/images/imported").body().path("source").asText())
        .isEqualTo("https://store.example/a.raw");
    assertThat(ENGINE.get("/v1/images").response().body()).doesNotContain("secret");
    Answer named =
        ENGINE.post(
            "/v1/images", "{\"name\":\"named\",\"source\":\"https://me:word@store.example/a\"}");
    assertCode(named, 422, "invalid-field");
    assertThat(named.body().path("field").asText()).isEqualTo("source");
    assertThat(named.body().path("detail").asText()).contains("no user or password");
    assertThat(named.response().body()).doesNotContain("word@");
  }

  @Test
  void whatIsRefusedLeavesNoFileAndTheImageGoesOnWaiting() throws IOException {
    UUID id = create("picky", ",\"format\":\"qcow2\",\"sha256\":\"" + "0".repeat(64) + "\"");

    assertCode(put("picky", RAW), 422, "image-checksum-mismatch");
    create("formal", ",\"format\":\"qcow2\"");
    assertCode(put("formal", RAW), 422, "image-invalid");
    assertCode(put("formal", new byte[1_000_001]), 413, "image-too-large");
    assertThat(breakOff("/v1/images/formal/content")).contains("invalid-request");

    assertNothingOf(id);
  }

  @Test
  void anUploadIsUnpacked() throws Exception {
    byte[] disk = Packed.disk(900_096);
    byte[] sent = Packed.compressed("xz", Packed.tar(Packed.Entry.file("disk.raw", disk)));
    String sha256 = hash(sent);
    UUID id = create("packed", ",\"compression\":\"tar.xz\",\"sha256\":\"%s\"".formatted(sha256));
    assertThat(put("packed", sent).status()).isEqualTo(202);

    assertThat(ENGINE.imageDirectory().resolve(id.toString())).hasBinaryContent(disk);
    JsonNode image = ENGINE.get("/v1/images/" + id).body();
    assertThat(image.path("format").asText()).isEqualTo("RAW");
    assertThat(image.path("compression").asText()).isEqualTo("TAR_XZ");
    assertThat(image.path("sha256").asText()).isEqualTo(sha256);
    assertThat(image.path("contentSha256").asText()).isEqualTo(hash(disk));
    assertThat(image.path("sizeBytes").asLong()).isEqualTo(disk.length);
  }

  static Stream<String> codecs() {
    return Packed.CODECS.stream();
  }

  /** Also when the client sends more than anybody will read: it gets the answer all the same. */
  @ParameterizedTest
  @MethodSource("codecs")
  void aBombIsRefusedAndLeavesNothing(String codec) throws IOException {
    UUID id = create("bomb-" + codec, "");
    Answer refused = put("bomb-" + codec, Packed.bomb(codec).readAllBytes());
    assertCode(refused, 413, "image-too-large");
    assertThat(refused.body().path("detail").asText())
        .contains("unpacks to is larger than 1000000");
    assertNothingOf(id);
  }

  @Test
  void aTarThatClimbsIsRefusedWithItsCause() throws IOException {
    UUID id = create("climber", "");
    byte[] sent = Packed.tar(Packed.Entry.file("../../disk.raw", new byte[512]));
    Answer refused = put("climber", sent);
    assertCode(refused, 422, "image-invalid");
    assertThat(refused.body().path("detail").asText())
        .isEqualTo("The tar holds ../../disk.raw, which lies outside of it");
    assertNothingOf(id);
  }

  /** Each may take much memory; the next one has its turn when one of them has ended. */
  @Test
  void anEngineReadsEightContentsAtOnce() throws IOException {
    create("ninth", "");
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        create("slow-" + i, "");
        open.add(begin("/v1/images/slow-" + i + "/content"));
      }
      await().untilAsserted(() -> assertThat(staged()).isEqualTo(8));
      Answer refused = put("ninth", RAW);
      assertCode(refused, 429, "too-many-uploads");
      assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
    await().untilAsserted(() -> assertThat(put("ninth", RAW).status()).isEqualTo(202));
    await().untilAsserted(() -> assertThat(staged()).isZero());
  }

  private static long staged() throws IOException {
    try (var files = Files.list(ENGINE.imageDirectory())) {
      return files.filter(f -> String.valueOf(f.getFileName()).startsWith(".")).count();
    }
  }

  private static String hash(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static void assertNothingOf(UUID id) throws IOException {
    JsonNode image = ENGINE.get("/v1/images/" + id).body();
    assertThat(image.path("state").asText()).isEqualTo("AWAITING_CONTENT");
    assertThat(image.path("sizeBytes").isNull()).isTrue();
    try (var files = Files.list(ENGINE.imageDirectory())) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .noneMatch(name -> name.contains(id.toString()) || name.startsWith("."));
    }
  }

  private static ImageRow imported(String source) {
    return new ImageRow(
        UUID.randomUUID(),
        "imported",
        ImageState.IMPORTING,
        ContentFormat.RAW,
        Compression.NONE,
        GuestReadiness.NONE,
        source,
        null,
        null,
        null,
        null,
        null,
        null,
        Inventory.now());
  }

  private static UUID create(String name, String more) {
    Answer image = ENGINE.post("/v1/images", "{\"name\":\"" + name + "\"" + more + "}");
    assertThat(image.status()).isEqualTo(201);
    return UUID.fromString(image.body().path("id").asText());
  }

  private static Answer put(String image, byte[] content, String key) {
    return ENGINE.send(request(image, content), "Idempotency-Key", key);
  }

  private static Answer put(String image, byte[] content) {
    return ENGINE.send(request(image, content));
  }

  private static HttpRequest.Builder request(String image, byte[] content) {
    return HttpRequest.newBuilder(ENGINE.uri("/v1/images/" + image + "/content"))
        .header("Authorization", "Bearer " + ENGINE.token(Role.OPERATOR))
        .header("Content-Type", "application/octet-stream")
        .PUT(BodyPublishers.ofByteArray(content));
  }

  private static String breakOff(String path) throws IOException {
    try (Socket socket = begin(path)) {
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Promises more than it has sent. */
  private static Socket begin(String path) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), ENGINE.uri("/").getPort());
    String head =
        "PUT %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 1000\r\n"
                .formatted(path, ENGINE.token(Role.OPERATOR))
            + "Content-Type: application/octet-stream\r\n\r\nabc";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static void assertCode(Answer answer, int status, String code) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body().path("code").asText()).isEqualTo(code);
  }
}
