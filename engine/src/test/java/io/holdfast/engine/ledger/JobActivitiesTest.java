package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.core.JobSteering;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.Steps;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JobActivitiesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final JobFailure FULL =
      new JobFailure(FailureType.STORAGE_FULL, "full", List.of());

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final JobActivitiesImpl jobs = new JobActivitiesImpl(database, Clock.systemUTC());

  private final ImageRow image = inventory.image(ImageState.IMPORTING);
  private final JobRow row =
      inventory.accept(JobKind.IMPORT_IMAGE, TargetType.IMAGE, image.id(), image.name());
  private final JobId job = new JobId(row.id());

  private static StepUpdate update(StepState state, long at) {
    JobFailure error = state == StepState.FAILED ? FULL : null;
    String detail = state == StepState.UNDOING ? null : state.name();
    return new StepUpdate(Steps.FETCH_CONTENT, state, 1, at, detail, error);
  }

  private JobRow job() {
    return database.daos().jobs().find(row.id()).orElseThrow();
  }

  private StepRow step() {
    return database.daos().jobs().steps(row.id()).get(0);
  }

  @Test
  void theFirstStepPutsTheJobToRunning() {
    jobs.recordSteps(job, List.of(update(StepState.RUNNING, 1000)), null, 1000);
    JobRow running = job();
    assertThat(running.state()).isEqualTo(JobState.RUNNING);
    assertThat(running.startedAt()).isNotNull();
    assertThat(running.dispatchedAt()).isNotNull();
    assertThat(running.revision()).isEqualTo(1);
    assertThat(step().startedAt()).isEqualTo(Instant.ofEpochMilli(1000));
    assertThat(step().endedAt()).isNull();
    assertThat(step().detail()).isEqualTo("RUNNING");

    StepRow once = step();
    jobs.recordSteps(job, List.of(update(StepState.RUNNING, 1000)), null, 1000);
    assertThat(step()).isEqualTo(once);
    assertThat(job().startedAt()).isEqualTo(running.startedAt());
  }

  @Test
  void aChangeThatComesLateChangesNothing() {
    jobs.recordSteps(job, List.of(update(StepState.RUNNING, 1000)), null, 1000);
    jobs.recordSteps(job, List.of(update(StepState.SUCCEEDED, 2000)), null, 2000);
    jobs.recordSteps(job, List.of(update(StepState.RUNNING, 1000)), null, 1000);
    assertThat(step().state()).isEqualTo(StepState.SUCCEEDED);
    assertThat(step().endedAt()).isEqualTo(Instant.ofEpochMilli(2000));
  }

  @Test
  void aBlockedJobAsksUntilItGoesOn() {
    JobHold hold = new JobHold(UUID.randomUUID(), JobState.BLOCKED, List.of(JobVerb.RESUME));
    assertThat(jobs.recordSteps(job, List.of(update(StepState.FAILED, 1000)), hold, 1000)).isTrue();
    assertThat(job().state()).isEqualTo(JobState.BLOCKED);
    assertThat(job().hold()).isEqualTo(hold.id());
    assertThat(JobSteering.allowed(job())).containsExactly(JobVerb.RESUME, JobVerb.CANCEL);

    jobs.recordSteps(job, List.of(update(StepState.RUNNING, 2000)), null, 2000);
    jobs.recordSteps(job, List.of(update(StepState.FAILED, 1000)), hold, 1000); // comes late
    assertThat(job().state()).isEqualTo(JobState.RUNNING);
    assertThat(job().hold()).isNull();
    assertThat(JobSteering.allowed(job())).containsExactly(JobVerb.CANCEL);
  }

  /** Its run has not heard of the answer when it puts the question again. */
  @Test
  void aQuestionThatWasAnsweredTakesNoOtherAnswer() {
    JobHold hold = new JobHold(UUID.randomUUID(), JobState.RUNNING, List.of(JobVerb.ABORT));
    jobs.recordSteps(job, List.of(update(StepState.WAITING, 1000)), hold, 1000);
    assertThat(JobSteering.allowed(job())).containsExactly(JobVerb.ABORT, JobVerb.CANCEL);
    DecisionRow answer =
        new DecisionRow(
            UUID.randomUUID(),
            row.id(),
            hold.id(),
            JobVerb.ABORT,
            "why not",
            null,
            "tester",
            Instant.ofEpochMilli(1500),
            null);
    database.daos().decisions().insert(answer);
    jobs.recordSteps(job, List.of(update(StepState.WAITING, 2000)), hold, 2000);
    assertThat(JobSteering.allowed(job())).containsExactly(JobVerb.CANCEL);
    assertThat(job().hold()).isEqualTo(hold.id());
  }

  /** Also of what it was told to leave out in the end; not of what it has undone. */
  @Test
  void aRunThatFollowsALostOneIsToldWhatThatHadBegun() {
    assertThat(BegunSteps.of(database.daos(), job())).isEmpty();
    jobs.recordSteps(job, List.of(update(StepState.RUNNING, 1000)), null, 1000);
    assertThat(BegunSteps.of(database.daos(), job())).containsExactly(step().name());
    jobs.recordSteps(job, List.of(update(StepState.SKIPPED, 2000)), null, 2000);
    assertThat(BegunSteps.of(database.daos(), job())).containsExactly(step().name());
    jobs.recordSteps(job, List.of(update(StepState.UNDONE, 3000)), null, 3000);
    assertThat(BegunSteps.of(database.daos(), job())).isEmpty();
  }

  @Test
  void anUndoneStepStillSaysWhyItFailed() {
    jobs.recordSteps(
        job,
        List.of(
            update(StepState.RUNNING, 1000),
            update(StepState.FAILED, 2000),
            update(StepState.UNDOING, 2000),
            update(StepState.UNDONE, 3000)),
        null,
        3000);
    assertThat(step().state()).isEqualTo(StepState.UNDONE);
    assertThat(step().error()).isEqualTo(FULL);
  }

  @Test
  void aFailedImportThatWasUndoneLosesItsRow() {
    JobOutcome outcome = JobOutcome.of(JobState.FAILED, FULL, true, List.of());
    jobs.endJob(job, outcome, List.of(update(StepState.UNDONE, 3000)));
    JobRow ended = job();
    jobs.endJob(job, JobOutcome.of(JobState.CANCELLED, null, false, List.of("x")), List.of());
    assertThat(jobs.recordSteps(job, List.of(update(StepState.RUNNING, 9000)), null, 9000))
        .isFalse();

    assertThat(job()).isEqualTo(ended);
    assertThat(ended.state()).isEqualTo(JobState.FAILED);
    assertThat(ended.error()).isEqualTo(FULL);
    assertThat(ended.undone()).isTrue();
    assertThat(ended.result()).isNull();
    assertThat(ended.endedAt()).isNotNull();
    assertThat(step().state()).isEqualTo(StepState.UNDONE);
    assertThat(database.daos().images().findById(image.id())).isEmpty();
  }

  @Test
  void leftoversKeepTheRowAndTheClaimAndAreNamed() {
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    reserve(made);
    JobOutcome outcome = JobOutcome.of(JobState.CANCELLED, null, false, List.of("volumes: no"));
    jobs.endJob(new JobId(made.id()), outcome, List.of());
    assertThat(database.daos().instances().findById(made.targetId())).isPresent();
    assertThat(database.daos().reservations().find(made.targetId())).isPresent();
    assertThat(database.daos().jobs().find(made.id()).orElseThrow().result())
        .hasToString("{\"leftovers\":[\"volumes: no\"]}");
    inventory.accept(JobKind.DELETE_INSTANCE, TargetType.INSTANCE, made.targetId(), "vm");
  }

  @Test
  void anUndoneCreateLosesItsRowAndItsClaim() {
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    reserve(made);
    jobs.endJob(
        new JobId(made.id()), JobOutcome.of(JobState.FAILED, FULL, true, List.of()), List.of());
    assertThat(database.daos().instances().findById(made.targetId())).isEmpty();
    assertThat(database.daos().reservations().find(made.targetId())).isEmpty();
  }

  private void reserve(JobRow made) {
    inventory.host(inventory.site(), 8, 8192);
    new LedgerActivitiesImpl(database, id -> "", TestKeys.seal(), Clock.systemUTC())
        .reserve(new JobId(made.id()), new InstanceId(made.targetId()));
  }
}
