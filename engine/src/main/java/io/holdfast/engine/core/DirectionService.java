package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.JobRow;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.RunKind;
import org.jspecify.annotations.Nullable;

/** Runs that turn which site protects which. */
public final class DirectionService {
  private final RunService runs;

  public DirectionService(RunService runs) {
    this.runs = runs;
  }

  /** What has taken over is protected at the old site. A failure asks a person unless said. */
  public JobRow reprotect(Submission submission, String reference, @Nullable String reason) {
    return runs.begin(
        submission,
        reference,
        RunKind.REPROTECT,
        JobKind.REPROTECT_PLAN,
        reason,
        JsonNodeFactory.instance.objectNode(),
        (daos, run) -> {});
  }

  /** The recovery site takes over from one that is well. What fails is undone unless said. */
  public JobRow migrate(
      Submission submission, String reference, @Nullable String reason, int graceSeconds) {
    return move(
        submission,
        reference,
        reason,
        graceSeconds,
        RunKind.PLANNED_MIGRATION,
        JobKind.MIGRATE_PLAN);
  }

  /** What was recovered comes home, and is protected as before. */
  public JobRow failBack(
      Submission submission, String reference, @Nullable String reason, int graceSeconds) {
    return move(
        submission, reference, reason, graceSeconds, RunKind.FAILBACK, JobKind.FAILBACK_PLAN);
  }

  private JobRow move(
      Submission submission,
      String reference,
      @Nullable String reason,
      int graceSeconds,
      RunKind kind,
      JobKind job) {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("graceSeconds", graceSeconds);
    return runs.begin(submission, reference, kind, job, reason, request, (daos, run) -> {});
  }
}
