package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.core.SetClock;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.model.JobKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A look removes a bounded part, the next one goes on, and what stays is passed by. */
class JobJanitorTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int DAYS = 2;
  private static final Instant OLD = Inventory.now().minus(Duration.ofDays(DAYS + 1));

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);
  private final SetClock clock = new SetClock(Inventory.now());
  private Predicate<JobRow> hasRun = job -> false;
  private final JobJanitor janitor =
      new JobJanitor(database, job -> hasRun.test(job), DAYS, 2, 2, clock);

  @Test
  void itGoesOnWhereItCameToAndBeginsAnewAfterAnHour() {
    JobRow stays = ended(OLD.minusSeconds(1));
    JobRow needsIt = inventory.accept(JobKind.RELEASE_LEASE, TargetType.LEASE, stays.id(), "h");
    List<JobRow> go = IntStream.range(0, 6).mapToObj(i -> ended(OLD.plusSeconds(i))).toList();
    JobRow young = ended(Inventory.now());

    janitor.sweep();
    assertThat(left(go)).isEqualTo(3);
    janitor.sweep();
    assertThat(left(go)).isZero();
    janitor.sweep(); // finds the end

    JobRow late = ended(OLD);
    janitor.sweep();
    assertThat(left(List.of(late))).isEqualTo(1);
    clock.now = clock.now.plus(Duration.ofHours(1));
    janitor.sweep();
    assertThat(left(List.of(late))).isZero();
    assertThat(left(List.of(stays, needsIt, young))).isEqualTo(3);
  }

  /** It would take a call that it repeats for one that failed, and undo what the job has done. */
  @Test
  void whatTemporalHasARunOfStays() {
    JobRow runs = ended(OLD);
    JobRow ended = ended(OLD);
    hasRun =
        job -> {
          throw new IllegalStateException("Temporal is away");
        };
    assertThatThrownBy(janitor::sweep).hasMessage("Temporal is away");
    assertThat(left(List.of(runs, ended))).isEqualTo(2);

    hasRun = job -> job.id().equals(runs.id());
    janitor.sweep();
    assertThat(left(List.of(ended))).isZero();
    assertThat(left(List.of(runs))).isEqualTo(1);

    hasRun = job -> false;
    clock.now = clock.now.plus(Duration.ofHours(1));
    janitor.sweep();
    assertThat(left(List.of(runs))).isZero();
  }

  private long left(List<JobRow> jobs) {
    return jobs.stream().filter(job -> daos.jobs().find(job.id()).isPresent()).count();
  }

  private JobRow ended(Instant at) {
    JobRow job = inventory.accept(JobKind.DISCOVER_HOST, TargetType.HOST, UUID.randomUUID(), "h");
    daos.jobs().succeed(job.id(), JsonNodeFactory.instance.objectNode(), at);
    return job;
  }
}
