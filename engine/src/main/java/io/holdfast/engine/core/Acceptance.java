package io.holdfast.engine.core;

import io.holdfast.engine.db.BusyException;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.IdempotencyRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Accepts changes: one transaction writes the idempotency key, what the change is about, and the
 * job. The key comes first, so that of requests that come at once one works and the others wait for
 * its answer; and so that a repeated request is answered before anything is checked again.
 */
public final class Acceptance {
  private final Database database;
  private final Consumer<JobRow> dispatcher;
  private final Clock clock;

  /** {@code dispatcher}: hands a committed job to Temporal without waiting; may lose it. */
  public Acceptance(Database database, Consumer<JobRow> dispatcher, Clock clock) {
    this.database = database;
    this.dispatcher = dispatcher;
    this.clock = clock;
  }

  /**
   * Accepts a job of this id. {@code write} does the checks that need the transaction, writes the
   * inventory's rows and answers with the job's. The answer has another id when an earlier request
   * with the same key made a job.
   */
  public JobRow job(Submission submission, UUID jobId, BiFunction<Daos, UUID, JobRow> write) {
    JobRow job =
        database.inTransaction(
            daos -> {
              Optional<IdempotencyRow> earlier = claim(daos, submission, jobId, null);
              return earlier.isPresent()
                  ? jobOf(daos, earlier.get())
                  : accept(daos, write.apply(daos, jobId));
            });
    if (job.id().equals(jobId)) {
      dispatcher.accept(job);
    }
    return job;
  }

  /**
   * Accepts a definition, which has no job. {@code insert} writes it; {@code find} reads what an
   * earlier request with the same key made.
   */
  public <R> R definition(
      Submission submission,
      UUID id,
      BiFunction<Daos, UUID, R> insert,
      BiFunction<Daos, UUID, Optional<R>> find) {
    return database.inTransaction(
        daos -> {
          Optional<IdempotencyRow> earlier = claim(daos, submission, null, id);
          if (earlier.isEmpty()) {
            return insert.apply(daos, id);
          }
          UUID made = earlier.get().resourceId();
          return Optional.ofNullable(made)
              .flatMap(m -> find.apply(daos, m))
              .orElseThrow(
                  () ->
                      new ProblemException(
                          ProblemCode.IDEMPOTENCY_MISMATCH,
                          "What this key made was deleted since"));
        });
  }

  private static JobRow accept(Daos daos, JobRow job) {
    try {
      daos.jobs().accept(job, job.kind().steps());
      return job;
    } catch (BusyException busy) {
      throw busy(job.targetType(), job.targetName(), busy);
    }
  }

  /** The answer for something that another job works on. */
  static ProblemException busy(TargetType type, String name, BusyException busy) {
    return ProblemException.ofJob(
        busyCode(type),
        busy.activeJobId(),
        "Job %s works on %s".formatted(busy.activeJobId(), name));
  }

  private Optional<IdempotencyRow> claim(
      Daos daos, Submission submission, @Nullable UUID jobId, @Nullable UUID resourceId) {
    if (submission.key().isEmpty()) {
      return Optional.empty();
    }
    IdempotencyRow row =
        new IdempotencyRow(
            submission.project(),
            submission.key().get(),
            submission.fingerprint(),
            jobId,
            resourceId,
            clock.instant());
    Optional<IdempotencyRow> earlier = daos.idempotency().claim(row);
    earlier.ifPresent(
        first -> {
          if (!first.requestSha256().equals(submission.fingerprint())) {
            throw new ProblemException(
                ProblemCode.IDEMPOTENCY_MISMATCH,
                "This Idempotency-Key came before with another method, address or body");
          }
        });
    return earlier;
  }

  private static JobRow jobOf(Daos daos, IdempotencyRow earlier) {
    return Optional.ofNullable(earlier.jobId())
        .flatMap(daos.jobs()::find)
        .orElseThrow(
            () ->
                new ProblemException(
                    ProblemCode.IDEMPOTENCY_MISMATCH, "This key's job is no longer kept"));
  }

  private static ProblemCode busyCode(TargetType target) {
    return switch (target) {
      case HOST -> ProblemCode.HOST_BUSY;
      case IMAGE -> ProblemCode.IMAGE_BUSY;
      case INSTANCE -> ProblemCode.INSTANCE_BUSY;
      case VOLUME -> ProblemCode.VOLUME_BUSY;
    };
  }
}
