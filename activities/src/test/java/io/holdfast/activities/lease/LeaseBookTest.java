package io.holdfast.activities.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.lease.Lease;
import io.holdfast.workflows.lease.LeaseGate.Passage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseBookTest {
  private static final Clock NOW = Clock.systemUTC();

  @TempDir Path folder;

  private final UUID resource = UUID.randomUUID();
  private final Lease does = new Lease(resource, 7, 0);
  private final Lease undoes = new Lease(resource, 7, 1);

  @Test
  void refusesWhatIsOlderAlsoAfterARestart() throws IOException {
    LeaseBook book = new LeaseBook(folder, NOW);
    book.enter(does).close();
    book.enter(does).close();
    book.enter(undoes).close();
    assertStale(book, does);

    LeaseBook restarted = new LeaseBook(folder, NOW);
    assertStale(restarted, does);
    restarted.enter(undoes).close();
    restarted.enter(new Lease(resource, 8, 0)).close();
    assertStale(restarted, undoes);
    restarted.enter(new Lease(UUID.randomUUID(), 1, 0)).close();
  }

  /** The undo must not begin while the call that it undoes may still do something. */
  @Test
  void aNewerCallWaitsUntilTheOlderOneHasLeft() throws Exception {
    LeaseBook book = new LeaseBook(folder, NOW);
    Passage inside = book.enter(does);
    CompletableFuture<Passage> undo = CompletableFuture.supplyAsync(() -> book.enter(undoes));

    await().until(() -> catchThrowable(() -> book.enter(does)) != null);
    assertThat(undo).isNotDone();
    inside.close();

    undo.get(10, TimeUnit.SECONDS).close();
  }

  @Test
  void callsOfOneLeaseDoNotWaitForEachOther() throws IOException {
    LeaseBook book = new LeaseBook(folder, NOW);
    try (Passage first = book.enter(does);
        Passage second = book.enter(does)) {
      assertThat(second).isNotSameAs(first);
    }
  }

  @Test
  void forgetsWhatNoCallCanBelongToAnyMore() throws IOException {
    new LeaseBook(folder, NOW).enter(does).close();
    Lease other = new Lease(UUID.randomUUID(), 9, 0);
    new LeaseBook(folder, Clock.offset(NOW, Duration.ofDays(29))).enter(other).close();
    assertThat(folder.resolve(resource.toString())).exists();

    Lease third = new Lease(UUID.randomUUID(), 10, 0);
    new LeaseBook(folder, Clock.offset(NOW, Duration.ofDays(31))).enter(third).close();
    assertThat(folder.resolve(resource.toString())).doesNotExist();
  }

  @Test
  void whatCannotBeReadLetsNobodyIn() throws IOException {
    LeaseBook book = new LeaseBook(folder, NOW);
    Files.writeString(folder.resolve(resource.toString()), "");
    assertThatThrownBy(() -> book.enter(does)).hasMessageContaining(resource.toString());
    assertThat(Beat.current().leaving()).isFalse();
  }

  private static void assertStale(LeaseBook book, Lease lease) {
    assertThatThrownBy(() -> book.enter(lease))
        .satisfies(e -> assertThat(Failures.typeOf(e)).isEqualTo(FailureType.STALE_LEASE));
  }
}
