package io.holdfast.engine.core;

import io.holdfast.config.LedgerSettings;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.JobFilter;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Jobs, as they were recorded. */
public final class JobService {
  private final Database database;
  private final LedgerSettings kept;

  /** {@code kept}: how long jobs are. */
  public JobService(Database database, LedgerSettings kept) {
    this.database = database;
    this.kept = kept;
  }

  /** A job with its steps in order, and what people decided about it. */
  public record Job(JobRow row, List<StepRow> steps, List<DecisionRow> decisions) {}

  public Job get(String id) {
    return Lookup.uuid(id).flatMap(this::find).orElseThrow(this::missing);
  }

  private ProblemException missing() {
    return kept.keepsForEver()
        ? Lookup.missing("job")
        : new ProblemException(
            ProblemCode.NOT_FOUND,
            "There is no such job; one is kept for %d days after its end"
                .formatted(kept.keepJobsDays()));
  }

  /** The job is read before its steps, so that a final job never shows a running step. */
  public Optional<Job> find(UUID id) {
    return database.reading(
        daos ->
            daos.jobs()
                .find(id)
                .map(row -> new Job(row, daos.jobs().steps(id), daos.decisions().of(id))));
  }

  /** {@code target}: id or name of what the jobs are about; null is any. */
  public List<Job> list(
      PageRequest page,
      @Nullable JobState state,
      @Nullable JobKind kind,
      @Nullable String target,
      @Nullable Instant since) {
    Optional<UUID> id = Optional.ofNullable(target).flatMap(Lookup::uuid);
    Daos daos = database.daos();
    List<JobRow> rows =
        daos.jobs()
            .list(
                page,
                new JobFilter(state, kind, id.orElse(null), id.isPresent() ? null : target, since));
    List<UUID> ids = rows.stream().map(JobRow::id).toList();
    Map<UUID, List<StepRow>> steps =
        daos.jobs().stepsOf(ids).stream().collect(Collectors.groupingBy(StepRow::jobId));
    Map<UUID, List<DecisionRow>> decisions =
        daos.decisions().of(ids).stream().collect(Collectors.groupingBy(DecisionRow::jobId));
    return rows.stream()
        .map(
            row ->
                new Job(
                    row,
                    steps.getOrDefault(row.id(), List.of()),
                    decisions.getOrDefault(row.id(), List.of())))
        .toList();
  }
}
