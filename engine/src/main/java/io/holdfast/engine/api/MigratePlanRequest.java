package io.holdfast.engine.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * Brings a plan's instances to its recovery site; the body may be left out.
 *
 * @param graceSeconds how long each guest may take to shut down; 120 unless told. Nothing is
 *     forced: a guest that takes longer stops the run
 */
public record MigratePlanRequest(
    @Nullable @Size(max = Limits.MAX_REASON) String reason,
    @Min(1) @Max(3600) Integer graceSeconds) {
  private static final int GRACE_SECONDS = 120;

  /** What is meant when the body is left out. */
  public static final MigratePlanRequest PLAIN = new MigratePlanRequest(null, GRACE_SECONDS);

  public MigratePlanRequest {
    graceSeconds = graceSeconds == null ? GRACE_SECONDS : graceSeconds;
  }
}
