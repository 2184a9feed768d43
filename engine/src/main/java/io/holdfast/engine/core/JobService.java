package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobFilter;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.StepRow;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Jobs, as they were recorded. */
public final class JobService {
  private final Database database;

  public JobService(Database database) {
    this.database = database;
  }

  /** A job with its steps in order. */
  public record Job(JobRow row, List<StepRow> steps) {}

  public Job get(String id) {
    return Lookup.uuid(id).flatMap(this::find).orElseThrow(() -> Lookup.missing("job"));
  }

  /** The job is read before its steps, so that a final job never shows a running step. */
  public Optional<Job> find(UUID id) {
    Daos daos = database.daos();
    return daos.jobs().find(id).map(row -> new Job(row, daos.jobs().steps(id)));
  }

  /** {@code target}: id or name of what the jobs are about; null is any. */
  public List<Job> list(
      PageRequest page, @Nullable JobState state, @Nullable JobKind kind, @Nullable String target) {
    Optional<UUID> id = Optional.ofNullable(target).flatMap(Lookup::uuid);
    Daos daos = database.daos();
    List<JobRow> rows =
        daos.jobs()
            .list(
                page, new JobFilter(state, kind, id.orElse(null), id.isPresent() ? null : target));
    Map<UUID, List<StepRow>> steps =
        daos.jobs().stepsOf(rows.stream().map(JobRow::id).toList()).stream()
            .collect(Collectors.groupingBy(StepRow::jobId));
    return rows.stream().map(r -> new Job(r, steps.getOrDefault(r.id(), List.of()))).toList();
  }
}
