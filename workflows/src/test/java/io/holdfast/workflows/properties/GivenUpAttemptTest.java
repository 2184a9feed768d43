package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.properties.Fault.Mode;
import io.temporal.activity.Activity;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A step goes on once whom it waited for is back; who gives it up then is obeyed. */
class GivenUpAttemptTest {
  private static final JobKind KIND = JobKind.RESTORE_SNAPSHOT;
  private static final long HEARTBEAT_NANOS = 20_000_000;

  /** So often the host tries by itself. */
  private static final int TRIES = 5;

  private final PropertyRun run = new PropertyRun(true);
  private final CompletableFuture<Runnable> abort = new CompletableFuture<>();
  private final AtomicInteger asked = new AtomicInteger();

  @BeforeEach
  void prepare() {
    SagaPropertiesTest.prepare(run.world, KIND);
  }

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void anAttemptThatSomebodyGivesUpIsEnded() {
    stopOnceItIsBack(
        () -> {
          abort.join().run();
          hang();
        });
    assertGivenUp();
  }

  @Test
  void whatSucceededAllTheSameIsUndone() {
    stopOnceItIsBack(
        () -> {
          abort.join().run();
          Fault.awaitCancellation(Activity.getExecutionContext());
        });
    assertGivenUp();
  }

  /** It says that it runs, and the question stays open. */
  @Test
  void anAttemptThatTakesLongRunsAndMayBeGivenUp() {
    AtomicInteger askedBefore = new AtomicInteger();
    stopOnceItIsBack(
        () -> {
          askedBefore.set(asked.get());
          run.pass(Duration.ofSeconds(30));
          abort.join().run();
          hang();
        });
    assertGivenUp();
    assertThat(askedBefore).hasValue(1);
    assertThat(asked).hasValue(2);
    assertThat(run.world.holds).hasSize(1);
  }

  private void stopOnceItIsBack(Runnable then) {
    AtomicInteger calls = new AtomicInteger();
    run.world.onStop =
        () -> {
          if (calls.incrementAndGet() <= TRIES) {
            throw Failures.of(FailureType.LIBVIRT_UNAVAILABLE, "It is down");
          }
          then.run();
        };
    run.run(
        KIND,
        Mode.NONE,
        0,
        JobPolicy.DEFAULT,
        (hold, job) -> {
          asked.incrementAndGet();
          abort.complete(() -> PropertyRun.decide(JobVerb.ABORT, false).to(hold, job));
        });
  }

  private static void hang() {
    while (true) {
      Activity.getExecutionContext().heartbeat(null); // throws once it is cancelled
      LockSupport.parkNanos(HEARTBEAT_NANOS);
    }
  }

  private void assertGivenUp() {
    assertThat(run.world.ended).isEqualTo(JobState.FAILED);
    JobOutcome outcome = Objects.requireNonNull(run.world.outcome);
    assertThat(outcome.undone()).isTrue();
    assertThat(outcome.failure())
        .extracting(JobFailure::type)
        .isEqualTo(FailureType.LIBVIRT_UNAVAILABLE);
    Scenario.of(KIND).assertUnwound(run.world, KIND);
  }
}
