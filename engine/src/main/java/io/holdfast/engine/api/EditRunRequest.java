package io.holdfast.engine.api;

import io.holdfast.engine.api.RecoveryPlanRequest.PlanProbe;
import io.holdfast.engine.db.PointChoice;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes what a run has not begun; what is not named stays. */
public record EditRunRequest(
    @NotEmpty @Size(max = MAX_INSTANCES) @Valid List<@NotNull RunEditInstance> instances,
    @Nullable @Size(max = Limits.MAX_REASON) String reason) {
  private static final int MAX_INSTANCES = 1000;
  private static final int MAX_PROBES = 16;

  /**
   * An instance that the run has not begun.
   *
   * @param instance name or id of the protected one
   * @param point from which it is recovered
   * @param at for point AT: the newest one that was taken by then
   * @param probes instead of those that it has; none: it is not asked
   * @param leaveOut true: the run goes on without it
   */
  public record RunEditInstance(
      @NotNull @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String instance,
      @Nullable PointChoice point,
      @Nullable Instant at,
      @Nullable @Size(max = MAX_PROBES) @Valid List<@NotNull PlanProbe> probes,
      @Nullable Boolean leaveOut) {}
}
