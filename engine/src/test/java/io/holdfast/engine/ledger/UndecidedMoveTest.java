package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.db.WorkRow;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MigrationStage;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A move that ended before it was known which of its hosts has the instance. */
class UndecidedMoveTest extends MoveLedgerFixture {
  private JobId handedOver() {
    JobId job = accept(target.id());
    ledger.reserveMigration(job, instance);
    ledger.beginHandover(job, instance);
    return job;
  }

  private void end(JobId job, boolean undone) {
    new JobActivitiesImpl(database, Clock.systemUTC())
        .endJob(
            job,
            new JobOutcome(
                JobState.FAILED, null, undone, undone ? List.of() : List.of("left"), false),
            List.of());
  }

  private List<String> obstacles() {
    return Obstacles.of(database.daos(), instance.value(), null);
  }

  @Test
  void theNextMoveFindsOutWithTheClaimOfTheOneBefore() {
    JobId first = handedOver();
    MigrationOrder claimed = ledger.reserveMigration(first, instance);
    assertThat(obstacles()).as("its job is open").isEmpty();
    end(first, false);
    assertThat(obstacles())
        .singleElement()
        .asString()
        .contains(source.name(), target.name(), first.toString());

    JobId second = accept(null);
    MigrationOrder found = Objects.requireNonNull(ledger.earlierRun(second, instance));
    assertThat(found.stage()).isEqualTo(MigrationStage.HANDING_OVER);
    assertThat(found.target()).isEqualTo(claimed.target());
    assertThat(ledger.reserveMigration(second, instance)).isEqualTo(found);
    assertThat(obstacles()).isEmpty();
    assertThat(memory(target)).isEqualTo(512);
  }

  @Test
  void oneThatNeverBeganLeavesItAsItWas() {
    JobId first = handedOver();
    end(first, false);
    JobId second = accept(target.id());
    end(second, true);
    assertThat(obstacles()).hasSize(1);
    assertThat(ledger.earlierRun(accept(target.id()), instance)).isNotNull();
  }

  @Test
  void whatWasTakenBackIsNobodysConcern() {
    JobId first = handedOver();
    ledger.takeBackHandover(first, instance);
    end(first, false);
    assertThat(obstacles()).isEmpty();
    JobId second = accept(target.id());
    assertThat(ledger.earlierRun(second, instance)).isNull();
    assertThat(ledger.reserveMigration(second, instance).stage()).isEqualTo(MigrationStage.COPYING);
  }

  /** What lies at the target may be all that there is of the instance. */
  @Test
  void noHostHasLeftoversOfIt() {
    JobId first = handedOver();
    end(first, false);
    assertThat(worked()).contains(instance.value());
    ledger.takeBackHandover(first, instance);
    assertThat(worked()).doesNotContain(instance.value());
  }

  private List<UUID> worked() {
    return database.daos().censuses().workSince(Instant.now().plusSeconds(60)).stream()
        .map(WorkRow::targetId)
        .toList();
  }

  @Test
  void aLeaseThatEndsDeletesNone() {
    JobId first = handedOver();
    end(first, false);
    Instant past = Instant.now().minusSeconds(60);
    database.daos().instances().setDefinition(instance.value(), Map.of(), past);
    assertThat(ended()).doesNotContain(instance.value());
    ledger.releaseMigration(instance);
    assertThat(ended()).contains(instance.value());
  }

  private List<UUID> ended() {
    return database.daos().instances().leasesEnded(Instant.now(), "lease", Instant.EPOCH, 999);
  }
}
