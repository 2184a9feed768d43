package io.holdfast.engine.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.CalloutSettings;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.PlacedStep;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.ledger.RunPauses;
import io.holdfast.engine.outside.OutsideAddress;
import io.holdfast.workflows.activity.CalloutActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobId;
import io.temporal.activity.Activity;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** See {@link CalloutActivities}. Signed as events are, with a secret of its own. */
public final class StepCallouts implements CalloutActivities {
  private static final String TYPE = "recovery-plan.step";
  private static final long BEATS_SECONDS = 2;
  private static final int OK = 2; // the first digit of a status that means "taken"
  private static final int HUNDRED = 100;

  private final Database database;
  private final CalloutSettings settings;
  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

  public StepCallouts(Database database, CalloutSettings settings) {
    this.database = database;
    this.settings = settings;
  }

  @Override
  public String callOut(JobId run, String step) {
    if (!settings.wanted()) {
      throw Failures.of(
          FailureType.CALLOUT_FAILED, "This engine has no secret to sign callouts with");
    }
    if (database.daos().jobs().find(run.value()).filter(job -> !job.state().isFinal()).isEmpty()) {
      throw Failures.of(FailureType.NOT_FOUND, "The run has ended"); // and this call comes late
    }
    PlanRunRow row =
        database
            .daos()
            .planRuns()
            .find(run.value())
            .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "There is no run " + run));
    RunPauses.requireNone(row);
    return row.definition()
        .step(step)
        .map(placed -> post(row, placed))
        .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "The plan has no step " + step));
  }

  private String post(PlanRunRow run, PlacedStep placed) {
    PlanStep step = placed.step();
    OutsideAddress address = new OutsideAddress(String.valueOf(step.url()));
    if (!address.isAmong(settings.prefixes())) {
      throw Failures.of( // the plan is older than the setting
          FailureType.CALLOUT_FAILED,
          "%s is not among the addresses that this engine may tell (callouts.prefixes)"
              .formatted(address.shown()));
    }
    String delivery = step.delivery(run.id()).toString();
    String body = body(delivery, run, placed);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address.text()))
            .timeout(Duration.ofSeconds(step.timeoutSeconds()))
            .header("Content-Type", "application/json")
            .header("Holdfast-Event", TYPE)
            .header("Holdfast-Delivery", delivery)
            .header("Holdfast-Signature", WebhookMessage.signature(body, settings.secret()))
            .POST(BodyPublishers.ofString(body))
            .build();
    int status = answered(client.sendAsync(request, BodyHandlers.discarding())).statusCode();
    if (status / HUNDRED != OK) {
      throw Failures.of(
          FailureType.CALLOUT_FAILED,
          "Callout %s to %s got status %d".formatted(step.name(), address.shown(), status));
    }
    return "status " + status;
  }

  /** Of what the run is pinned to alone, so that it is the same at each attempt. */
  private static String body(String delivery, PlanRunRow run, PlacedStep placed) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("id", delivery);
    body.put("type", TYPE);
    body.putObject("run")
        .put("id", run.id().toString())
        .put("kind", run.kind().name())
        .put("triggeredAt", run.triggeredAt().toString());
    body.putObject("plan")
        .put("id", run.planId().toString())
        .put("name", run.planName())
        .put("version", run.planVersion());
    body.putObject("step")
        .put("name", placed.step().name())
        .put("tier", placed.tier())
        .put("place", placed.place().name());
    if (placed.member() != null) {
      body.withObject("/step").put("instance", placed.member().name());
    }
    body.put("message", placed.step().message());
    return body.toString();
  }

  /** While it waits it says that it lives, and hears of a cancel. */
  private static HttpResponse<Void> answered(CompletableFuture<HttpResponse<Void>> call) {
    while (true) {
      try {
        return call.get(BEATS_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException waits) {
        beat(call);
      } catch (ExecutionException refused) {
        throw Failures.of(
            FailureType.CALLOUT_FAILED,
            "The callout got no answer",
            List.of(String.valueOf(refused.getCause())));
      } catch (InterruptedException stopped) {
        call.cancel(true);
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Stopped during a callout", stopped);
      }
    }
  }

  private static void beat(CompletableFuture<?> call) {
    try {
      Activity.getExecutionContext().heartbeat(null);
    } catch (RuntimeException cancelled) {
      call.cancel(true);
      throw cancelled;
    }
  }
}
