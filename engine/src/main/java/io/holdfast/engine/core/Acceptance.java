package io.holdfast.engine.core;

import io.holdfast.engine.db.BusyException;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.IdempotencyRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.Problem;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.Forecast;
import io.holdfast.engine.ledger.Forecaster;
import io.holdfast.engine.ledger.Quotas;
import io.holdfast.engine.ledger.UndecidedMoves;
import io.holdfast.engine.placement.QuotaPlan;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
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
   * inventory's rows, touches nothing but the database, and answers with the job's row. The answer
   * has another id when an earlier request with the same key made a job.
   *
   * <p>A dry run does all of it, and the claim of the job's run, in a transaction that is rolled
   * back; it ends in a {@link PlannedException}.
   */
  public JobRow job(Submission submission, UUID jobId, BiFunction<Daos, UUID, JobRow> write) {
    BiFunction<Daos, UUID, JobRow> wanted =
        (daos, id) -> {
          JobRow written = write.apply(daos, id);
          RunRules.requireAsksNobody(written.kind(), submission);
          return written.with(submission.over(written.policy()));
        };
    if (submission.dryRun()) {
      throw new PlannedException(
          database.inTransaction(true, daos -> plan(daos, wanted.apply(daos, jobId))));
    }
    JobRow job =
        database.inTransaction(
            daos -> {
              Optional<IdempotencyRow> earlier = claim(daos, submission, jobId, null);
              JobRow accepted =
                  earlier.isPresent()
                      ? jobOf(daos, earlier.get())
                      : accept(daos, wanted.apply(daos, jobId));
              submission.trail().accepted(daos, accepted, Moment.now(clock));
              return accepted;
            });
    submission.trail().committed();
    if (job.id().equals(jobId)) {
      dispatcher.accept(job);
    }
    return job;
  }

  /**
   * The job that a request with the same key made before: for a call that has much to read until it
   * can ask for one. What it finds is noted as accepted, as {@link #job} does.
   */
  Optional<JobRow> earlier(Submission submission) {
    if (submission.key().isEmpty() || submission.dryRun()) {
      return Optional.empty();
    }
    String key = submission.key().get();
    Optional<JobRow> made =
        database.inTransaction(
            daos -> {
              Optional<JobRow> job =
                  daos.idempotency()
                      .find(submission.project(), key)
                      .map(first -> jobOf(daos, sameRequest(first, submission)));
              job.ifPresent(found -> submission.trail().accepted(daos, found, Moment.now(clock)));
              return job;
            });
    if (made.isPresent()) {
      submission.trail().committed();
    }
    return made;
  }

  /**
   * Accepts a decision about a job, and answers with the job. {@code write} checks it and writes
   * it, and answers with what its run has to be told. A request that comes again finds it decided;
   * a dry run ends in a {@link PlannedException} with the steps that would follow.
   */
  public JobRow decision(
      Submission submission,
      UUID jobId,
      Function<Daos, Optional<DecisionRow>> write,
      Consumer<DecisionRow> deliverer) {
    List<DecisionRow> written = new ArrayList<>();
    JobRow job =
        database.inTransaction(
            submission.dryRun(),
            daos -> {
              if (claim(daos, submission, jobId, null).isEmpty()) {
                write.apply(daos).ifPresent(written::add);
              }
              JobRow decided = daos.jobs().find(jobId).orElseThrow(() -> Lookup.missing("job"));
              submission.trail().accepted(daos, decided, Moment.now(clock));
              return decided;
            });
    submission.trail().committed();
    if (submission.dryRun()) {
      throw new PlannedException(
          database.inTransaction(
              true, daos -> new Plan(job, new Forecaster(daos).ofSteps(job), null, null)));
    }
    written.forEach(deliverer);
    return job;
  }

  /**
   * Accepts a definition, which has no job. {@code insert} writes it; {@code find} reads what an
   * earlier request with the same key made. A dry run answers with what it would write.
   */
  public <R> R definition(
      Submission submission,
      UUID id,
      BiFunction<Daos, UUID, R> insert,
      BiFunction<Daos, UUID, Optional<R>> find) {
    R definition =
        database.inTransaction(
            submission.dryRun(),
            daos -> {
              Optional<IdempotencyRow> earlier = claim(daos, submission, null, id);
              UUID made = earlier.map(IdempotencyRow::resourceId).orElse(id);
              submission.trail().accepted(daos, made, Moment.now(clock));
              return earlier.isEmpty()
                  ? insert.apply(daos, id)
                  : find.apply(daos, made)
                      .orElseThrow(
                          () ->
                              new ProblemException(
                                  ProblemCode.IDEMPOTENCY_MISMATCH,
                                  "What this key made was deleted since"));
            });
    submission.trail().committed();
    return definition;
  }

  /**
   * Accepts what is done at once and does no harm when it comes again: that a definition is
   * replaced, or goes. {@code change} does it and answers with what it was done to; {@code id} says
   * which that is, null for what has none. A dry run changes nothing.
   */
  public <R> R change(
      Submission submission, Function<R, @Nullable UUID> id, Function<Daos, R> change) {
    R changed =
        database.inTransaction(
            submission.dryRun(),
            daos -> {
              R done = change.apply(daos);
              submission.trail().accepted(daos, id.apply(done), Moment.now(clock));
              return done;
            });
    submission.trail().committed();
    return changed;
  }

  /** What the API refuses for its state alone is a plan with a problem; other refusals stay. */
  private Plan plan(Daos daos, JobRow job) {
    @Nullable QuotaPlan quota = new Quotas(daos).plan(job).orElse(null);
    @Nullable Problem problem = null;
    try {
      accept(daos, job);
    } catch (ProblemException refused) {
      problem = refused.problem();
    }
    Forecast forecast = new Forecaster(daos).of(job, Moment.now(clock));
    if (problem == null && forecast.failure() != null) {
      problem = Problem.of(forecast.failure());
    }
    return new Plan(job, forecast, quota, problem);
  }

  private static JobRow accept(Daos daos, JobRow job) {
    new Quotas(daos)
        .accept(job)
        .filter(quota -> !quota.excess().isEmpty())
        .ifPresent(
            quota -> {
              throw ProblemException.ofCauses(
                  ProblemCode.QUOTA_EXCEEDED, Quotas.words(quota), quota.excess());
            });
    try {
      JobRow accepted = daos.jobs().accept(job, job.steps());
      requireOwnerKnown(daos, job);
      return accepted;
    } catch (BusyException busy) {
      throw busy(job.targetType(), job.targetName(), busy);
    }
  }

  /** Another move finds out, and says itself where it may go. */
  private static void requireOwnerKnown(Daos daos, JobRow job) {
    if (job.kind() == JobKind.MIGRATE_INSTANCE) {
      return;
    }
    UndecidedMoves.ofJob(daos, job)
        .ifPresent(
            words -> {
              throw new ProblemException(ProblemCode.INSTANCE_OWNER_UNKNOWN, words);
            });
  }

  /** The answer for something that another job works on. */
  static ProblemException busy(TargetType type, String name, BusyException busy) {
    return busy(type, name, busy.activeJobId());
  }

  static ProblemException busy(TargetType type, String name, UUID job) {
    return ProblemException.ofJob(busyCode(type), job, "Job %s works on %s".formatted(job, name));
  }

  private Optional<IdempotencyRow> claim(
      Daos daos, Submission submission, @Nullable UUID jobId, @Nullable UUID resourceId) {
    if (submission.key().isEmpty() || submission.dryRun()) {
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
    return daos.idempotency().claim(row).map(first -> sameRequest(first, submission));
  }

  private static IdempotencyRow sameRequest(IdempotencyRow first, Submission submission) {
    if (!first.requestSha256().equals(submission.fingerprint())) {
      throw new ProblemException(
          ProblemCode.IDEMPOTENCY_MISMATCH,
          "This Idempotency-Key came before with another method, address or body");
    }
    return first;
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
      case ORPHAN -> ProblemCode.ORPHAN_BUSY;
      case PROTECTION_GROUP -> ProblemCode.PROTECTION_GROUP_BUSY;
      case RECOVERY_PLAN -> ProblemCode.RECOVERY_PLAN_BUSY;
      case RECOVERY_POINT -> ProblemCode.RECOVERY_POINT_BUSY;
      case SNAPSHOT -> ProblemCode.SNAPSHOT_BUSY;
      case VOLUME -> ProblemCode.VOLUME_BUSY;
      case LEASE -> ProblemCode.LEASE_BUSY;
    };
  }
}
