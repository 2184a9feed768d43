package io.holdfast.engine.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.errors.Problem;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.StepState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job: what it is about, how far it is, and how it ended.
 *
 * @param progress the part of its steps that has ended, 0 to 1
 * @param summary one line for a person
 * @param undone true when everything that the failed job had done was undone
 * @param allowedActions verbs that the job takes now
 */
public record JobBody(
    UUID id,
    JobKind kind,
    Target target,
    JobState state,
    double progress,
    String summary,
    List<Step> steps,
    @Nullable Problem error,
    @Nullable JsonNode result,
    boolean undone,
    List<String> allowedActions,
    String submittedBy,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt) {

  /** What a job is about; its id is final from the start. */
  public record Target(String type, UUID id, String name) {
    static Target of(JobRow row) {
      String type = row.targetType().name().toLowerCase(Locale.ROOT);
      return new Target(type, row.targetId(), row.targetName());
    }
  }

  /** One step; attempt counts from 1 once it ran. */
  public record Step(
      String name,
      StepState state,
      int attempt,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable String detail,
      @Nullable Problem error) {
    private static Step of(StepRow row) {
      return new Step(
          row.name(),
          row.state(),
          row.attempt(),
          row.startedAt(),
          row.endedAt(),
          row.detail(),
          problem(row.error(), row.jobId()));
    }

    private boolean isDone() {
      return state == StepState.SUCCEEDED || state == StepState.SKIPPED;
    }
  }

  /** {@code stepRows}: of this job, in order. */
  public static JobBody of(JobRow row, List<StepRow> stepRows) {
    List<Step> steps = stepRows.stream().map(Step::of).toList();
    return new JobBody(
        row.id(),
        row.kind(),
        Target.of(row),
        row.state(),
        progress(row.state(), steps),
        summary(row, steps),
        steps,
        problem(row.error(), row.id()),
        row.result(),
        row.undone(),
        List.of(),
        row.submittedBy(),
        row.createdAt(),
        row.startedAt(),
        row.endedAt());
  }

  private static double progress(JobState state, List<Step> steps) {
    if (state == JobState.SUCCEEDED || steps.isEmpty()) {
      return state.isFinal() ? 1 : 0;
    }
    long done = steps.stream().filter(Step::isDone).count();
    return Math.round(100.0 * done / steps.size()) / 100.0;
  }

  private static String summary(JobRow row, List<Step> steps) {
    String what =
        row.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + row.targetName();
    return switch (row.state()) {
      case PENDING -> what + ": accepted";
      case RUNNING, BLOCKED, WAITING_FOR_APPROVAL -> what + current(steps);
      case SUCCEEDED -> what + ": done";
      case CANCELLED -> what + ": cancelled" + (row.undone() ? ", undone" : "");
      case FAILED ->
          "%s: failed%s%s"
              .formatted(
                  what,
                  row.undone() ? " and undone" : "",
                  row.error() == null ? "" : ": " + row.error().message());
    };
  }

  private static String current(List<Step> steps) {
    Optional<Step> now =
        steps.stream().filter(s -> !s.isDone() && s.state() != StepState.PENDING).findFirst();
    return now.map(
            s ->
                ": %s %s%s"
                    .formatted(
                        s.name(),
                        s.state().name().toLowerCase(Locale.ROOT),
                        s.detail() == null ? "" : " (" + s.detail() + ")"))
        .orElse(": running");
  }

  private static @Nullable Problem problem(@Nullable JobFailure failure, UUID job) {
    return failure == null ? null : Problem.of(failure, job);
  }
}
