package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DrillScheduleRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.RehearsalRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Drill schedules: definitions, whose drills {@link DrillSweeper} begins. */
public final class DrillScheduleService {
  private final Database database;
  private final Acceptance acceptance;
  private final RunService runs;
  private final Clock clock;

  public DrillScheduleService(
      Database database, Acceptance acceptance, RunService runs, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.runs = runs;
    this.clock = clock;
  }

  /** With the name that its plan has now, and the last run that it began. */
  public record Scheduled(
      DrillScheduleRow row,
      String plan,
      @Nullable RehearsalRow last,
      @Nullable PlanRunRow lastRun) {}

  public Scheduled create(Submission submission, NewDrillSchedule wanted) {
    return acceptance.definition(
        submission,
        UUID.randomUUID(),
        (daos, id) -> {
          Instant now = Moment.now(clock);
          DrillTiming timing = DrillTiming.of(wanted, now);
          daos.drillSchedules()
              .insert(
                  new DrillScheduleRow(
                      id,
                      "default",
                      wanted.name(),
                      plan(daos, wanted).id(),
                      timing.cron(),
                      timing.everyMillis(),
                      timing.zone().getId(),
                      timing.first(),
                      timing.catchUp().toMillis(),
                      timing.deadline().toMillis(),
                      false,
                      timing.first(),
                      0,
                      null,
                      null,
                      0,
                      now,
                      now));
          return read(daos, daos.drillSchedules().findById(id).orElseThrow());
        },
        (daos, id) -> daos.drillSchedules().findById(id).map(row -> read(daos, row)));
  }

  /** As a whole; {@code every} counts from now. {@code expected} judges the revision before. */
  public Scheduled replace(
      Submission submission, String reference, NewDrillSchedule wanted, LongPredicate expected) {
    return acceptance.change(
        submission,
        scheduled -> scheduled.row().id(),
        daos -> {
          DrillScheduleRow row = locked(daos, reference);
          if (!expected.test(row.revision())) {
            throw new ProblemException(
                ProblemCode.PRECONDITION_FAILED,
                "The drill schedule has changed; its ETag is now \"%d\"".formatted(row.revision()));
          }
          Instant now = Moment.now(clock);
          DrillTiming timing = DrillTiming.of(wanted, now);
          daos.drillSchedules()
              .replace(
                  new DrillScheduleRow(
                      row.id(),
                      row.project(),
                      wanted.name(),
                      plan(daos, wanted).id(),
                      timing.cron(),
                      timing.everyMillis(),
                      timing.zone().getId(),
                      timing.first(),
                      timing.catchUp().toMillis(),
                      timing.deadline().toMillis(),
                      row.paused(),
                      timing.first(),
                      row.missed(),
                      row.missedAt(),
                      row.missedReason(),
                      row.revision(),
                      row.createdAt(),
                      now));
          return read(daos, daos.drillSchedules().findById(row.id()).orElseThrow());
        });
  }

  /** Drills that it began go on. */
  public Scheduled delete(Submission submission, String reference) {
    return acceptance.definition(
        submission,
        find(database.daos(), reference).id(),
        (daos, id) -> {
          Scheduled schedule = read(daos, locked(daos, id.toString()));
          daos.drillSchedules().delete(id);
          return schedule;
        },
        (daos, id) -> daos.drillSchedules().findById(id).map(row -> read(daos, row)));
  }

  /** A drill now, whatever is due; the next one is due when it was. */
  public JobRow trigger(Submission submission, String reference) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) ->
            runs.drillOf(
                daos,
                jobId,
                locked(daos, reference),
                Moment.now(clock),
                null,
                submission.caller()));
  }

  /** No drill begins until {@link #resume}; one that runs goes on. What falls due is not missed. */
  public Scheduled pause(Submission submission, String reference) {
    return setPaused(submission, reference, true);
  }

  public Scheduled resume(Submission submission, String reference) {
    return setPaused(submission, reference, false);
  }

  private Scheduled setPaused(Submission submission, String reference, boolean paused) {
    return acceptance.definition(
        submission,
        find(database.daos(), reference).id(),
        (daos, id) -> {
          DrillScheduleRow row = locked(daos, id.toString());
          Instant now = Moment.now(clock);
          Instant next = paused ? row.nextAt() : DrillTiming.pace(row).next(now).orElseThrow();
          daos.drillSchedules().setPaused(id, paused, next, now);
          return read(daos, daos.drillSchedules().findById(id).orElseThrow());
        },
        (daos, id) -> daos.drillSchedules().findById(id).map(row -> read(daos, row)));
  }

  public List<Scheduled> list(PageRequest page, @Nullable String name) {
    Daos daos = database.daos();
    return daos.drillSchedules().list(page, name).stream().map(row -> read(daos, row)).toList();
  }

  /** By id or name. */
  public Scheduled get(String reference) {
    Daos daos = database.daos();
    return read(daos, find(daos, reference));
  }

  private static Scheduled read(Daos daos, DrillScheduleRow row) {
    RehearsalRow last = daos.rehearsals().lastOf(row.id()).orElse(null);
    return new Scheduled(
        row,
        daos.recoveryPlans().findById(row.planId()).orElseThrow().name(),
        last,
        last == null ? null : daos.planRuns().find(last.runId()).orElse(null));
  }

  private static RecoveryPlanRow plan(Daos daos, NewDrillSchedule wanted) {
    return Lookup.inField(
        "recovery plan",
        "plan",
        wanted.plan(),
        daos.recoveryPlans()::findById,
        daos.recoveryPlans()::findByName);
  }

  private static DrillScheduleRow find(Daos daos, String reference) {
    return Lookup.inPath(
        "drill schedule",
        reference,
        daos.drillSchedules()::findById,
        daos.drillSchedules()::findByName);
  }

  private static DrillScheduleRow locked(Daos daos, String reference) {
    return daos.drillSchedules()
        .lock(find(daos, reference).id())
        .orElseThrow(() -> Lookup.missing("drill schedule"));
  }
}
