package io.holdfast.engine.core;

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
        (daos, run) -> {});
  }
}
