package io.holdfast.engine.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.config.CalloutSettings;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PlanStepKind;
import io.holdfast.workflows.model.RunKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A receiver that may say no, or nothing, and a real PostgreSQL. */
class StepCalloutsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String SECRET = "sixteen letters at least";

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final CountDownLatch silence = new CountDownLatch(1);
  private final HttpServer receiver = receiver();
  private final JobId run = run();
  private volatile int status = 204;
  private volatile boolean silent;

  private record Received(String delivery, String signature, String body) {}

  @AfterEach
  void stop() {
    silence.countDown();
    receiver.stop(0);
  }

  @Test
  void theBodyIsSignedAndSaysWhatItIsAbout() {
    assertThat(callouts(SECRET).callOut(run, "tell")).isEqualTo("status 204");
    Received one = received.get(0);
    assertThat(one.signature()).isEqualTo(WebhookMessage.signature(one.body(), SECRET));
    assertThat(one.body())
        .contains(
            "\"id\":\"" + one.delivery() + "\"",
            "\"run\":{\"id\":\"" + run + "\",\"kind\":\"DRILL\"",
            "\"step\":{\"name\":\"tell\",\"tier\":\"data\",\"place\":\"BEFORE\"}",
            "\"message\":\"a drill begins\"");
  }

  /** After a kill another engine makes the call again: the receiver sees that it is the same. */
  @Test
  void aCallThatIsMadeAgainIsTheSame() {
    callouts(SECRET).callOut(run, "tell");
    callouts(SECRET).callOut(run, "tell");
    callouts(SECRET).callOut(run, "told");
    assertThat(received.get(1)).isEqualTo(received.get(0));
    assertThat(received.get(2).delivery()).isNotEqualTo(received.get(0).delivery());
  }

  @Test
  void aReceiverThatSaysNoFailsTheStep() {
    status = 503;
    assertFails("tell", "Callout tell to " + address() + " got status 503");
    status = 302; // it is asked there and nowhere else
    assertFails("tell", "Callout tell to " + address() + " got status 302");
  }

  @Test
  void aReceiverThatSaysNothingFailsTheStepInItsTime() {
    silent = true;
    assertFails("tell", "The callout got no answer");
  }

  @Test
  void nothingIsSentUnsigned() {
    assertThatThrownBy(() -> callouts("").callOut(run, "tell"))
        .hasMessageContaining("no secret to sign callouts");
    assertThat(received).isEmpty();
  }

  /** As the plan of a run may be older than the setting. */
  @Test
  void nobodyIsToldWhomTheOperatorDoesNotName() {
    assertThatThrownBy(() -> callouts(SECRET, "https://ops.example/").callOut(run, "tell"))
        .hasMessageContaining(address() + " is not among the addresses")
        .satisfies(
            failure -> assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.CALLOUT_FAILED));
    assertThat(received).isEmpty();
  }

  /** What an engine held until the run was over must not be told any more. */
  @Test
  void aCallThatComesTooLateIsNotMade() {
    daos.jobs().end(run.value(), JobState.CANCELLED, null, null, true, Inventory.now());
    assertThatThrownBy(() -> callouts(SECRET).callOut(run, "tell"))
        .hasMessageContaining("The run has ended");
    assertThat(received).isEmpty();
  }

  private void assertFails(String step, String message) {
    assertThatThrownBy(() -> callouts(SECRET).callOut(run, step))
        .hasMessageContaining(message)
        .satisfies(
            failure -> assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.CALLOUT_FAILED));
  }

  private StepCallouts callouts(String secret) {
    return callouts(secret, address());
  }

  private StepCallouts callouts(String secret, String prefix) {
    return new StepCallouts(database, new CalloutSettings(secret, List.of(prefix)));
  }

  private JobId run() {
    PlanDefinition.Tier tier =
        new PlanDefinition.Tier(
            "data",
            1,
            List.of(),
            List.of(),
            List.of(),
            List.of(step("tell")),
            List.of(step("told")));
    RecoveryPlanRow plan =
        new RecoveryPlanRow(
            UUID.randomUUID(),
            "default",
            Inventory.name("plan"),
            new Inventory(database).site().id(),
            1,
            new PlanDefinition(List.of(tier), List.of(), null),
            Inventory.now(),
            Inventory.now());
    daos.recoveryPlans().insert(plan);
    PlanRunRow row = PlanRunRow.of(UUID.randomUUID(), plan, RunKind.DRILL, null, Inventory.now());
    daos.planRuns().insert(row);
    JobRow job =
        JobRow.pending(
            row.id(),
            JobKind.DRILL,
            TargetType.RECOVERY_PLAN,
            plan.id(),
            plan.name(),
            JsonNodeFactory.instance.objectNode(),
            "tester",
            Inventory.now());
    daos.jobs().accept(job, job.steps());
    return new JobId(row.id());
  }

  private PlanStep step(String name) {
    return new PlanStep(
        name,
        PlanStepKind.CALLOUT,
        List.of(RunKind.DRILL),
        address() + "?key=secret", // which is in no failure
        "a drill begins",
        null,
        null,
        List.of(),
        1,
        FailurePolicy.STOP,
        1);
  }

  private String address() {
    return "http://127.0.0.1:%d/steps".formatted(receiver.getAddress().getPort());
  }

  private HttpServer receiver() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            received.add(
                new Received(
                    exchange.getRequestHeaders().getFirst("Holdfast-Delivery"),
                    exchange.getRequestHeaders().getFirst("Holdfast-Signature"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            if (silent) {
              awaitSilence();
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitSilence() {
    try {
      silence.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
