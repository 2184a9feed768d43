package io.holdfast.engine.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.holdfast.config.WebhookSettings;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.SiteRow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A receiver that may be away, and a real PostgreSQL. */
class WebhookSenderTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String SECRET = "sixteen letters at least";
  private static final Instant BEGAN = Instant.parse("2030-01-01T00:00:00Z");

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final HttpServer receiver = receiver();
  private final WebhookSettings settings =
      new WebhookSettings(
          "http://127.0.0.1:%d/events".formatted(receiver.getAddress().getPort()),
          SECRET,
          List.of("site.created"));
  private volatile int status = 204;

  private record Received(String type, String signature, String body) {}

  @BeforeEach
  void begin() {
    publish();
    sender(Duration.ZERO).sweep(); // what was before is not told
    received.clear();
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
  }

  @Test
  void anEventIsToldOnceAndItsBodyIsSigned() {
    String site = make();
    sender(Duration.ZERO).sweep();
    sender(Duration.ZERO).sweep();
    assertThat(received).hasSize(1);
    Received one = received.get(0);
    assertThat(one.type()).isEqualTo("site.created");
    assertThat(one.body()).contains("\"name\":\"" + site + "\"");
    assertThat(one.signature()).isEqualTo(WebhookMessage.signature(one.body(), SECRET));
    assertThat(one.signature())
        .isNotEqualTo(WebhookMessage.signature(one.body() + " ", SECRET))
        .isNotEqualTo(WebhookMessage.signature(one.body(), SECRET + " "));
  }

  /** RFC 4231, test case 2. */
  @Test
  void theSignatureIsAnHmacOfSha256() {
    assertThat(WebhookMessage.signature("what do ya want for nothing?", "Jefe"))
        .isEqualTo("sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  @Test
  void whatIsNotTakenIsToldAgainLaterByWhicheverEngine() {
    make();
    status = 500;
    sender(Duration.ZERO).sweep();
    sender(Duration.ZERO).sweep();
    assertThat(received).hasSize(1);
    assertThat(daos.webhooks().pending()).isEqualTo(1);
    status = 204;
    sender(Duration.ofSeconds(2)).sweep();
    assertThat(received).hasSize(2);
    assertThat(received.get(1)).isEqualTo(received.get(0));
    assertThat(daos.webhooks().pending()).isZero();
  }

  @Test
  void whatIsNeverTakenIsGivenUpAndSeen() {
    make();
    status = 404;
    sender(Duration.ZERO).sweep();
    sender(Duration.ofDays(2)).sweep();
    assertThat(daos.webhooks().pending()).isEqualTo(1);
    sender(Duration.ofDays(4)).sweep();
    assertThat(daos.webhooks().pending()).isZero();
    assertThat(daos.webhooks().givenUp()).isEqualTo(1);
  }

  @Test
  void attemptsAreDoubledUpToFiveMinutes() {
    assertThat(List.of(1, 2, 3, 9, 10, 1_000).stream().map(WebhookSender::pause))
        .containsExactly(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(256),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5));
  }

  private WebhookSender sender(Duration ahead) {
    Clock clock = Clock.fixed(BEGAN.plus(ahead), ZoneOffset.UTC);
    return new WebhookSender(database, settings, clock);
  }

  private String make() {
    String name = Inventory.name("told");
    daos.sites().insert(new SiteRow(UUID.randomUUID(), name, Inventory.now()));
    publish();
    return name;
  }

  private void publish() {
    while (daos.events().isPending()) {
      daos.events().publish(1_000);
    }
  }

  private HttpServer receiver() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/events",
          exchange -> {
            received.add(
                new Received(
                    exchange.getRequestHeaders().getFirst("Holdfast-Event"),
                    exchange.getRequestHeaders().getFirst("Holdfast-Signature"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
