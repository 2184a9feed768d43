package io.holdfast.engine.api;

import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.outside.OutsideAddress;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.PlanStepKind;
import io.holdfast.workflows.model.RunKind;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run does before or after a tier or an instance.
 *
 * @param name unique in the plan
 * @param runs the kinds of run that do it; DISASTER_RECOVERY, PLANNED_MIGRATION and FAILBACK unless
 *     said
 * @param url of CALLOUT: where a signed body is posted to
 * @param message of APPROVAL: what is asked; of CALLOUT: told along
 * @param instance of COMMAND around a tier: name or id of an instance that is recovered by then;
 *     after an instance: itself
 * @param command of COMMAND: program and arguments, run by the guest agent
 * @param timeoutSeconds of one attempt; 60 unless said, 3600 of APPROVAL
 * @param onFailure STOP unless said: RETRY tries again, SKIP goes on without it
 * @param attempts in all, for RETRY; 2 unless said
 */
public record PlanStepRequest(
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String name,
    @NotNull PlanStepKind kind,
    @Size(max = 6) List<@NotNull RunKind> runs,
    @Nullable
        @Pattern(regexp = "https?://[!-~]+", message = "must be an http(s) address")
        @Size(max = MAX_TEXT)
        String url,
    @Nullable @Size(min = 1, max = MAX_TEXT) String message,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String instance,
    @Size(max = 32) List<@NotBlank @Size(max = MAX_TEXT) String> command,
    @Nullable @Min(1) @Max(604_800) Integer timeoutSeconds,
    @Nullable FailurePolicy onFailure,
    @Nullable @Min(1) @Max(10) Integer attempts) {
  private static final int MAX_TEXT = 1000;
  private static final int DEFAULT_ATTEMPTS = 2;

  public PlanStepRequest {
    runs = runs == null ? List.of() : runs;
    command = command == null ? List.of() : command;
    onFailure = Optional.ofNullable(onFailure).orElse(FailurePolicy.STOP);
    attempts = Optional.ofNullable(attempts).orElse(DEFAULT_ATTEMPTS);
  }

  /** {@code whole}: with what may be a secret of its address. */
  static PlanStepRequest of(PlanStep step, boolean whole) {
    return new PlanStepRequest(
        step.name(),
        step.kind(),
        step.runs(),
        step.url() == null || whole ? step.url() : new OutsideAddress(step.url()).shown(),
        step.message(),
        step.instanceName(),
        step.command(),
        step.timeoutSeconds(),
        step.onFailure(),
        step.attempts());
  }
}
