package io.holdfast.engine.image;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.engine.db.Compression;
import io.holdfast.engine.db.ContentFormat;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.image.unpack.Said;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.ImageFormat;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreActivitiesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final int MAX_BYTES = 4 << 20;
  private static final byte[] CONTENT = content();

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final HttpServer server;
  private final String base;
  @TempDir Path directory = Path.of("");
  private ImageStore store;
  private ImageStoreActivitiesImpl activities;

  ImageStoreActivitiesTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    base = "http://127.0.0.1:" + server.getAddress().getPort() + "/images/";
    server.createContext("/", this::answer);
    server.start();
  }

  @BeforeEach
  void openStore() throws IOException {
    store = new ImageStore(directory, MAX_BYTES, Clock.systemUTC());
    activities = new ImageStoreActivitiesImpl(database, store, List.of(base));
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  @Test
  void whatADeadEngineWasWritingIsCleared() throws IOException {
    Path dead = directory.resolve("." + UUID.randomUUID() + "." + UUID.randomUUID());
    Path written = directory.resolve("." + UUID.randomUUID() + "." + UUID.randomUUID());
    Path whole = directory.resolve(UUID.randomUUID().toString());
    FileTime yesterday = FileTime.from(Instant.now().minus(Duration.ofDays(1)));
    for (Path file : List.of(dead, written, whole)) {
      Files.write(file, CONTENT);
    }
    Files.setLastModifiedTime(dead, yesterday);
    Files.setLastModifiedTime(whole, yesterday);
    stage(UUID.randomUUID());
    assertThat(dead).doesNotExist();
    assertThat(written).exists();
    assertThat(whole).exists();
  }

  private static byte[] content() {
    byte[] content = new byte[3 << 20];
    byte[] header = ImageHeaderTest.qcow2(h -> {});
    System.arraycopy(header, 0, content, 0, header.length);
    return content;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    switch (exchange.getRequestURI().getPath()) {
      case "/images/whole", "/images/../secret" -> { // as a server has it that decodes first
        exchange.sendResponseHeaders(200, CONTENT.length);
        exchange.getResponseBody().write(CONTENT);
      }
      case "/images/large" -> {
        exchange.sendResponseHeaders(200, MAX_BYTES + 1);
        exchange.getResponseBody().write(new byte[MAX_BYTES + 1]);
      }
      case "/images/torn" -> {
        exchange.sendResponseHeaders(200, CONTENT.length);
        exchange.getResponseBody().write(CONTENT, 0, 100_000);
        exchange.getResponseBody().flush();
      }
      case "/images/moved" -> redirect(exchange, "/images/whole");
      case "/images/sly" -> redirect(exchange, "/secret");
      case "/images/signed" -> redirect(exchange, "/images/none?signature=secret");
      case "/images/wrong" -> redirect(exchange, "/images/no address?signature=secret");
      case "/images/slyer" -> redirect(exchange, "/images/%2e%2e/secret");
      default -> exchange.sendResponseHeaders(404, -1);
    }
    exchange.close();
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().add("Location", to);
    exchange.sendResponseHeaders(302, -1);
  }

  private UUID importing(@Nullable String url, @Nullable String expected) {
    ImageRow image =
        new ImageRow(
            UUID.randomUUID(),
            Inventory.name("image"),
            ImageState.IMPORTING,
            ContentFormat.AUTO,
            Compression.AUTO,
            GuestReadiness.NONE,
            url,
            expected,
            null,
            null,
            null,
            null,
            null,
            Inventory.now());
    database.daos().images().insert(image);
    inventory.accept(JobKind.IMPORT_IMAGE, TargetType.IMAGE, image.id(), image.name());
    return image.id();
  }

  private void fetch(UUID image) {
    activities.fetch(image, bytes -> {});
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private void fails(UUID image, FailureType type) throws IOException {
    assertThatThrownBy(() -> fetch(image)).is(failure(type));
    assertThat(files()).isEmpty();
    assertThat(database.daos().images().findById(image).orElseThrow().sha256()).isNull();
  }

  @Test
  void aDownloadIsVerifiedAndRecordedOnce() throws IOException {
    UUID image = importing(base + "moved", sha256(CONTENT));
    fetch(image);
    ImageRow row = database.daos().images().findById(image).orElseThrow();
    assertThat(row.contentFormat()).isEqualTo(ImageFormat.QCOW2);
    assertThat(row.sha256()).isEqualTo(sha256(CONTENT));
    assertThat(row.sizeBytes()).isEqualTo(CONTENT.length);
    assertThat(row.virtualSizeBytes()).isEqualTo(5 << 20);
    assertThat(store.contentPath(image)).hasBinaryContent(CONTENT);

    server.stop(0);
    fetch(image);
    activities.deleteContent(new ImageId(image));
    activities.deleteContent(new ImageId(image));
    assertThat(files()).isEmpty();
  }

  @Test
  void eachWayToFailHasItsTypeAndLeavesNothing() throws IOException {
    fails(importing(base + "whole", "ab"), FailureType.IMAGE_CHECKSUM_MISMATCH);
    fails(importing(base + "large", null), FailureType.IMAGE_TOO_LARGE);
    fails(importing(base + "torn", null), FailureType.IMAGE_SOURCE_UNREACHABLE);
    fails(importing(base + "absent", null), FailureType.IMAGE_SOURCE_UNREACHABLE);
    fails(importing(base + "sly", null), FailureType.IMAGE_SOURCE_UNREACHABLE);
    fails(importing(base + "slyer", null), FailureType.IMAGE_SOURCE_UNREACHABLE);
    fails(importing(base + "../secret", null), FailureType.IMAGE_SOURCE_UNREACHABLE);
    fails(importing(base + "%2e%2e/secret", null), FailureType.IMAGE_SOURCE_UNREACHABLE);
    fails(importing("http://127.0.0.1:1/images/x", null), FailureType.IMAGE_SOURCE_UNREACHABLE);
    fails(importing(null, null), FailureType.IMAGE_INVALID);
  }

  /** Addresses may be signed, and whoever may read jobs reads these words. */
  @Test
  void noFailureNamesTheQueryOfAnAddress() {
    for (String address :
        List.of(
            base + "absent?key=secret",
            base + "torn?key=secret",
            base + "signed?key=secret",
            base + "wrong?key=secret",
            base + "%2e/whole?key=secret")) {
      assertThatThrownBy(() -> fetch(importing(address, null)))
          .satisfies(
              failure -> {
                JobFailure told = Failures.describe(failure);
                assertThat(told.message()).isEqualTo(unreachable(address));
                assertThat(told.causes()).isNotEmpty().noneMatch(c -> c.contains("secret"));
              });
    }
  }

  private static String unreachable(String address) {
    return "The image cannot be fetched from " + address.substring(0, address.indexOf('?'));
  }

  @Test
  void anAttemptThatWasGivenUpLeavesNothing() throws IOException {
    UUID image = importing(base + "whole", null);
    assertThatThrownBy(
            () ->
                activities.fetch(
                    image,
                    bytes -> {
                      throw new IllegalStateException("the heartbeat says stop");
                    }))
        .hasMessageContaining("stop");
    assertThat(files()).isEmpty();

    activities.fetch(image, bytes -> {});
    UUID deleted = importing(base + "whole", null);
    assertThatThrownBy(
        () -> activities.fetch(deleted, b -> activities.deleteContent(new ImageId(deleted))));
    assertThat(files()).containsExactly(store.contentPath(image));
  }

  private StagedContent stage(UUID image) throws IOException {
    Said anything = new Said(ContentFormat.AUTO, Compression.AUTO, null);
    return store.stage(image, anything, new ByteArrayInputStream(CONTENT), bytes -> {});
  }

  @Test
  void anUploadIsNotFetchedAgain() throws IOException {
    UUID image = importing(null, null);
    StagedContent staged = stage(image);
    assertThat(staged.sentSha256()).isEqualTo(staged.sha256()).isEqualTo(sha256(CONTENT));
    store.commit(image, staged);
    staged.record(database.daos().images(), image);
    fetch(image);
    fetch(image);
    assertThat(database.daos().images().findById(image).orElseThrow().contentFormat())
        .isEqualTo(ImageFormat.QCOW2);

    StagedContent unwanted = stage(image);
    store.discard(unwanted);
    store.discard(unwanted);
    assertThat(files()).containsExactly(store.contentPath(image));
  }

  @Test
  void signaturesHoldForOneImageAndOneDay() {
    ImageSignatures signatures =
        new ImageSignatures(database.daos().sharedKeys(), "http://engine", Clock.systemUTC());
    ImageSignatures another =
        new ImageSignatures(database.daos().sharedKeys(), "http://engine2", Clock.systemUTC());
    UUID image = UUID.randomUUID();
    String address = signatures.address(image);
    assertThat(address).startsWith("http://engine/v1/images/" + image + "/content?expires=");
    long expires = Long.parseLong(address.replaceAll(".*expires=(\\d+).*", "$1"));
    String signature = address.replaceAll(".*signature=", "");
    assertThat(another.isValid(image, expires, signature)).isTrue();
    assertThat(another.isValid(image, expires + 1, signature)).isFalse();
    assertThat(another.isValid(UUID.randomUUID(), expires, signature)).isFalse();
    assertThat(another.isValid(image, expires, "")).isFalse();
  }
}
