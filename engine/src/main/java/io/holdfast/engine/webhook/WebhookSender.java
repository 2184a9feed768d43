package io.holdfast.engine.webhook;

import io.holdfast.config.WebhookSettings;
import io.holdfast.engine.core.Sweep;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.EventRow;
import io.holdfast.engine.db.WebhookRow;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the receiver of events, each at least once. What is to be told is a row first: it survives
 * every process, waits for a receiver that is away, and any engine may send it. A receiver that
 * takes nothing for three days is given up for that event.
 */
public final class WebhookSender extends Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);
  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Longer than a call may take: by then its engine is dead. */
  private static final Duration LEASE = Duration.ofSeconds(30);

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final int MOST_DOUBLINGS = 10;
  private static final Duration GIVES_UP_AFTER = Duration.ofDays(3);
  private static final Duration KEPT = Duration.ofDays(7);
  private static final int BATCH = 1_000;
  private static final int OK = 2; // the first digit of a status that means "taken"
  private static final int HUNDRED = 100;

  private final Database database;
  private final WebhookSettings settings;
  private final Clock clock;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  public WebhookSender(Database database, WebhookSettings settings, Clock clock) {
    super("webhook-sender", PERIOD);
    this.database = database;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  protected void sweep() {
    collect();
    Optional<WebhookRow> due = take();
    while (due.isPresent()) {
      send(due.get());
      due = take();
    }
    database.daos().webhooks().prune(clock.instant().minus(KEPT));
  }

  /** One engine at a time makes rows of the events that are new. */
  private void collect() {
    database.daos().webhooks().begin();
    database.useTransaction(
        daos ->
            daos.webhooks()
                .tryLock()
                .ifPresent(
                    last -> {
                      long upTo = Math.min(daos.events().span().lastId(), last + BATCH);
                      for (EventRow event : daos.webhooks().wanted(last, upTo, settings.types())) {
                        daos.webhooks()
                            .insert(
                                event.id(),
                                WebhookMessage.body(event),
                                event.type(),
                                clock.instant());
                      }
                      daos.webhooks().advance(upTo);
                    }));
  }

  private Optional<WebhookRow> take() {
    Instant now = clock.instant();
    return database.daos().webhooks().take(now, now.plus(LEASE));
  }

  private void send(WebhookRow message) {
    String refusal = post(message);
    Instant now = clock.instant();
    if (refusal == null) {
      database.daos().webhooks().setDelivered(message.eventId(), now);
    } else if (message.createdAt().plus(GIVES_UP_AFTER).isBefore(now)) {
      LOG.warn("Event {} is not told any more: {}", message.eventId(), refusal);
      database.daos().webhooks().giveUp(message.eventId(), refusal, now);
    } else {
      database
          .daos()
          .webhooks()
          .setFailed(message.eventId(), refusal, now.plus(pause(message.attempts())));
    }
  }

  /** Why it was not taken, or null. */
  private @Nullable String post(WebhookRow message) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(settings.url()))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("Holdfast-Event", message.type())
            .header("Holdfast-Delivery", Long.toString(message.eventId()))
            .header(
                "Holdfast-Signature", WebhookMessage.signature(message.body(), settings.secret()))
            .POST(BodyPublishers.ofString(message.body()))
            .build();
    try {
      HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
      return answer.statusCode() / HUNDRED == OK ? null : "status " + answer.statusCode();
    } catch (IOException refused) {
      return refused.toString();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return "the engine stopped meanwhile";
    }
  }

  /** Doubled with each attempt. */
  static Duration pause(int attempts) {
    Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(attempts - 1, MOST_DOUBLINGS));
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }
}
