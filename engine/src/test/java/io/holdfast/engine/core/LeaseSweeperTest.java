package io.holdfast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobFilter;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The database is the timer: a clock that the test moves, and a real PostgreSQL. */
class LeaseSweeperTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Instant LEASE_END = Instant.parse("2030-01-01T00:00:00.500Z");

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final ImageRow image = inventory.image(ImageState.AVAILABLE);
  private final List<JobRow> dispatched = Collections.synchronizedList(new ArrayList<>());
  private final SetClock clock = new SetClock(LEASE_END.minusSeconds(60));
  private final InstanceService service =
      new InstanceService(
          database, new Acceptance(database, dispatched::add, clock), TestKeys.seal(), clock);
  private final LeaseSweeper sweeper = sweeper();

  private LeaseSweeper sweeper() {
    return new LeaseSweeper(database, service, clock);
  }

  /** Made, idle, and leased. */
  private UUID instance(@Nullable Instant until) {
    JobRow created = inventory.instance(image, List.of());
    end(created, JobState.SUCCEEDED, clock.instant());
    lease(created.targetId(), until);
    return created.targetId();
  }

  private void lease(UUID id, @Nullable Instant until) {
    database.daos().instances().setDefinition(id, Map.of(), until);
  }

  private void end(JobRow job, JobState state, Instant at) {
    database
        .daos()
        .jobs()
        .end(job.id(), state, JsonNodeFactory.instance.objectNode(), null, false, at);
  }

  private List<JobRow> deletions(UUID instance) {
    JobFilter filter = new JobFilter(null, JobKind.DELETE_INSTANCE, instance, null, null);
    return database.daos().jobs().list(PageRequest.first(99), filter);
  }

  @Test
  void anInstanceIsDeletedWhenItsLeaseEndsAndNotBefore() {
    UUID id = instance(LEASE_END);
    clock.now = LEASE_END.minusMillis(1);
    sweeper.sweep();
    assertThat(deletions(id)).isEmpty();

    clock.now = LEASE_END;
    sweeper.sweep();
    assertThat(deletions(id))
        .singleElement()
        .satisfies(
            job -> {
              assertThat(job.submittedBy()).isEqualTo("lease");
              assertThat(job.state()).isEqualTo(JobState.PENDING);
              assertThat(dispatched).extracting(JobRow::id).contains(job.id());
            });
    sweeper.sweep();
    assertThat(deletions(id)).hasSize(1);
  }

  @Test
  void aLeaseThatWasMovedOrClearedCounts() {
    UUID moved = instance(LEASE_END);
    UUID cleared = instance(LEASE_END);
    UUID never = instance(null);
    lease(moved, LEASE_END.plusSeconds(10));
    lease(cleared, null);
    clock.now = LEASE_END.plusSeconds(9);
    sweeper.sweep();
    assertThat(Stream.of(moved, cleared, never).flatMap(id -> deletions(id).stream())).isEmpty();
    lease(moved, LEASE_END.plusSeconds(9));
    sweeper.sweep();
    assertThat(deletions(moved)).hasSize(1);
    assertThat(deletions(cleared)).isEmpty();
  }

  @Test
  void aBusyInstanceGoesAsSoonAsItIsFree() {
    JobRow creating = inventory.instance(image, List.of());
    UUID id = creating.targetId();
    lease(id, LEASE_END);
    clock.now = LEASE_END.plusSeconds(30);
    sweeper.sweep();
    assertThat(deletions(id)).isEmpty();
    end(creating, JobState.SUCCEEDED, clock.now);
    sweeper.sweep();
    assertThat(deletions(id)).hasSize(1);
  }

  /** Its disks may have what the one that took over lacks. */
  @Test
  void whatWasFencedOrTakenOverStaysUntilAPersonDeletesIt() {
    UUID fenced = instance(LEASE_END);
    UUID recovered = instance(LEASE_END);
    UUID promotion = UUID.randomUUID();
    database.daos().ownerships().fence(fenced, promotion, LEASE_END);
    database.daos().planRuns().promote(recovered, UUID.randomUUID(), promotion, LEASE_END);
    clock.now = LEASE_END.plusSeconds(1);
    sweeper.sweep();
    assertThat(service.deleteWhenLeaseEnded(fenced, "lease")).isEmpty(); // fenced behind the look
    assertThat(service.deleteWhenLeaseEnded(recovered, "lease")).isEmpty();
    assertThat(deletions(fenced)).isEmpty();
    assertThat(deletions(recovered)).isEmpty();
    database.daos().ownerships().giveBack(promotion);
    sweeper.sweep();
    assertThat(deletions(fenced)).hasSize(1);
  }

  @Test
  void aDeleteThatFailedIsSentAgainAfterAWhile() {
    UUID id = instance(LEASE_END);
    clock.now = LEASE_END;
    sweeper.sweep();
    end(deletions(id).get(0), JobState.FAILED, clock.now);
    clock.now = LEASE_END.plusSeconds(59);
    sweeper.sweep();
    assertThat(deletions(id)).hasSize(1);
    clock.now = LEASE_END.plusSeconds(61);
    sweeper.sweep();
    assertThat(deletions(id)).hasSize(2);
  }

  @Test
  void anEngineThatWasAwayCatchesUpAndSeveralAtOnceMakeOneJob() {
    List<UUID> ids = Stream.generate(() -> instance(LEASE_END)).limit(20).toList();
    clock.now = LEASE_END.plus(Duration.ofDays(1));
    List<CompletableFuture<Void>> engines =
        Stream.generate(this::sweeper)
            .limit(4)
            .map(engine -> CompletableFuture.runAsync(engine::sweep))
            .toList();
    engines.forEach(CompletableFuture::join);
    assertThat(ids).allSatisfy(id -> assertThat(deletions(id)).hasSize(1));
  }

  private static final class SetClock extends Clock {
    private volatile Instant now;

    SetClock(Instant now) {
      this.now = now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
