package io.holdfast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.db.PostgresExtension;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JobWatchTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  @Test
  void aWaiterThatCannotBeAnsweredHoldsUpNoOther() throws InterruptedException {
    JobWatch watch = new JobWatch(POSTGRES.database(), Clock.systemUTC());
    CountDownLatch answered = new CountDownLatch(1);
    CountDownLatch broken = new CountDownLatch(1);
    watch.start();
    watch.whenFinal(
        UUID.randomUUID(),
        Duration.ofMillis(1),
        () -> {
          throw new IllegalStateException("the connection is gone");
        },
        failure -> {
          broken.countDown();
          throw new IllegalStateException("still gone", failure);
        });
    assertThat(broken.await(10, TimeUnit.SECONDS)).isTrue();
    watch.whenFinal(UUID.randomUUID(), Duration.ofMillis(1), answered::countDown, failure -> {});
    assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
    watch.stop();
  }

  /** A server waits for its open requests, so those that wait must not outlast the engine. */
  @Test
  void whoeverWaitsIsAnsweredWhenTheEngineStops() throws InterruptedException {
    JobWatch watch = new JobWatch(POSTGRES.database(), Clock.systemUTC());
    CountDownLatch answered = new CountDownLatch(2);
    watch.start();
    watch.whenFinal(UUID.randomUUID(), Duration.ofMinutes(1), answered::countDown, failure -> {});
    watch.stop();
    watch.whenFinal(UUID.randomUUID(), Duration.ofMinutes(1), answered::countDown, failure -> {});
    assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
