package io.holdfast.engine.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.EndedJobDao.EndedJob;
import io.holdfast.workflows.model.JobKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** Jobs are removed by one engine at a time, and in nobody's way. */
class EndedJobTurnsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int DAYS = 90;
  private static final Instant OLD = Inventory.now().minus(Duration.ofDays(DAYS + 1));

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);

  @BeforeEach
  void nothingElseIsOld() {
    assertThat(removed()).isNotNegative();
  }

  /** Nobody waits: one engine works, or the other does. */
  @Test
  void ofManyEnginesOneRemoves() {
    IntStream.range(0, 40).forEach(i -> ended(OLD));
    List<CompletableFuture<Integer>> engines =
        Stream.generate(() -> CompletableFuture.supplyAsync(this::removeByFives)).limit(4).toList();
    int all = engines.stream().mapToInt(CompletableFuture::join).sum();
    assertThat(all + removed()).isEqualTo(40);

    ended(OLD);
    database.useTransaction(
        other -> {
          assertThat(other.endedJobs().tryLock()).isPresent();
          assertThat(elsewhere(() -> daos.endedJobs().remove(old(100)))).isEmpty();
        });
    assertThat(removed()).isEqualTo(1);
  }

  @Test
  void whoHoldsAJobIsNotWaitedFor() {
    JobRow held = ended(OLD);
    ended(OLD);
    database.useTransaction(
        retry -> {
          assertThat(retry.jobs().lock(held.id())).isPresent();
          assertThat(elsewhere(this::removed)).isEqualTo(1);
        });
    assertThat(daos.jobs().find(held.id())).isPresent();
    assertThat(removed()).isEqualTo(1);
  }

  /** Whoever is answered with the job by its key has it until the end of that transaction. */
  @Test
  void aKeyThatIsBeingAnsweredKeepsItsJob() {
    JobRow job = ended(OLD);
    IdempotencyRow row = new IdempotencyRow("default", "key", "sha", job.id(), null, OLD);
    daos.idempotency().claim(row);
    PGSimpleDataSource impatient = new PGSimpleDataSource();
    impatient.setUrl(POSTGRES.jdbcUrl());
    impatient.setUser("postgres");
    impatient.setOptions("-c lock_timeout=100");
    EndedJobDao removal = new Database(impatient).daos().endedJobs();
    database.useTransaction(
        answering -> {
          assertThat(answering.idempotency().claim(row)).contains(row);
          assertThatThrownBy(() -> elsewhere(() -> removal.remove(old(100))))
              .hasMessageContaining("lock timeout");
        });
    assertThat(daos.jobs().find(job.id())).isPresent();
    assertThat(removed()).isEqualTo(1);
    assertThat(daos.idempotency().claim(row)).isEmpty();
  }

  /** It went between the two looks: then the key is the caller's, and is there for the next one. */
  @Test
  void aKeyThatGoesWhileItIsClaimedIsClaimedAnew() {
    AtomicInteger tries = new AtomicInteger();
    IdempotencyDao going =
        new IdempotencyDao() {
          @Override
          public int tryInsert(IdempotencyRow row) {
            return tries.getAndIncrement();
          }

          @Override
          public Optional<IdempotencyRow> find(String project, String key) {
            return Optional.empty();
          }
        };
    IdempotencyRow row =
        new IdempotencyRow("default", "key", "sha", UUID.randomUUID(), null, Inventory.now());
    assertThat(going.claim(row)).isEmpty();
    assertThat(tries).hasValue(2);
  }

  private Integer removeByFives() {
    int removed = 0;
    Optional<Integer> gone = daos.endedJobs().remove(old(5));
    while (gone.isPresent() && gone.get() > 0) {
      removed += gone.get();
      gone = daos.endedJobs().remove(old(5));
    }
    return removed;
  }

  private int removed() {
    return daos.endedJobs().remove(old(100)).orElseThrow();
  }

  private List<UUID> old(int most) {
    return daos.endedJobs().endedBefore(DAYS, PageRequest.first(most)).stream()
        .map(EndedJob::id)
        .toList();
  }

  /** On another connection than this thread's. */
  private static <T> T elsewhere(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work).join();
  }

  private JobRow ended(Instant at) {
    JobRow job = inventory.accept(JobKind.DISCOVER_HOST, TargetType.HOST, UUID.randomUUID(), "h");
    daos.jobs().succeed(job.id(), JsonNodeFactory.instance.objectNode(), at);
    return job;
  }
}
