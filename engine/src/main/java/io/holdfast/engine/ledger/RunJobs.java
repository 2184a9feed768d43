package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Jobs that a run begins and waits for, each for a purpose; inside a transaction that holds the
 * run's row. Their workflows are children of the run's.
 */
final class RunJobs {
  static final String LAST_ROUND = "last-round";
  static final String FIRST_ROUND = "first-round";
  static final String RELEASE = "release";
  static final String SHUTDOWN = "shutdown";
  static final String START = "start";

  private final Daos daos;
  private final PlanRunRow run;
  private final Instant now;

  RunJobs(Daos daos, PlanRunRow run, Instant now) {
    this.daos = daos;
    this.run = run;
    this.now = now;
  }

  /** What a job of this purpose says; its run is added when it is accepted. */
  static ObjectNode request(String purpose) {
    return JsonNodeFactory.instance.objectNode().put("purpose", purpose);
  }

  /** The newest first. */
  List<JobRow> all(UUID target, String purpose) {
    return daos.runJobs().jobs(run.id(), target, purpose).stream()
        .flatMap(id -> daos.jobs().lock(id).stream())
        .toList();
  }

  /** As the next run of it gets to see it. */
  Optional<JobRow> open(UUID target, String purpose) {
    return all(target, purpose).stream()
        .filter(job -> !job.state().isFinal())
        .findFirst()
        .map(job -> again(daos, job));
  }

  /**
   * An open job for a run of it that may follow a lost one, and has a higher generation then. There
   * is none while its lease is being released: its run was ended on purpose.
   */
  static JobRow again(Daos daos, JobRow job) {
    daos.jobs()
        .activeJobOf(job.id())
        .ifPresent(
            release -> {
              throw busy("Job %s releases the lease of job %s".formatted(release, job.id()));
            });
    return job.startedAt() == null ? job : job.inGeneration(daos.jobs().nextGeneration(job.id()));
  }

  /** The step that asks says so, and asks again until it is its turn. */
  static RuntimeException busy(String why) {
    return Failures.of(FailureType.TARGET_BUSY, why);
  }

  boolean succeeded(UUID target, String purpose) {
    return all(target, purpose).stream().anyMatch(job -> job.state() == JobState.SUCCEEDED);
  }

  /** The open round, or a new one; empty when one has succeeded. */
  Optional<JobRow> round(UUID groupId, String purpose) {
    Optional<JobRow> open = open(groupId, purpose);
    if (open.isPresent() || succeeded(groupId, purpose)) {
      return open;
    }
    RunPauses.requireNone(run);
    ProtectionGroupRow group =
        daos.protectionGroups()
            .lock(groupId)
            .orElseThrow(() -> Rounds.missing("There is no such protection group"));
    return Optional.of(
        accept(
            JobKind.REPLICATE_GROUP,
            TargetType.PROTECTION_GROUP,
            group.id(),
            group.name(),
            request(purpose)));
  }

  /**
   * It is started by the run's workflow, so the outbox need not. Fails with TARGET_BUSY while
   * another job works on the target.
   */
  JobRow accept(JobKind kind, TargetType type, UUID target, String name, ObjectNode request) {
    daos.jobs()
        .activeJobOf(target)
        .ifPresent(
            job -> {
              throw busy("Job %s works on %s".formatted(job, name));
            });
    if (type == TargetType.INSTANCE) {
      UndecidedMoves.requireNone(daos, target, name);
    }
    request.put("run", run.id().toString());
    JobRow job =
        JobRow.pending(
            UUID.randomUUID(), kind, type, target, name, request, "run " + run.id(), now);
    JobRow accepted = daos.jobs().accept(job, job.steps());
    daos.jobs().markDispatched(accepted.id(), now);
    return accepted;
  }
}
