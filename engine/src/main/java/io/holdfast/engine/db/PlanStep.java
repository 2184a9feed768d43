package io.holdfast.engine.db;

import io.holdfast.engine.outside.OutsideAddress;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.PlanStepKind;
import io.holdfast.workflows.model.RunKind;
import io.holdfast.workflows.model.RunStep;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a plan has done before or after a tier; names resolved and defaults filled in.
 *
 * @param name unique in the plan
 * @param runs the kinds of run that do it
 * @param url of CALLOUT
 * @param message of APPROVAL, the question; of CALLOUT, told along, or null
 * @param instance of COMMAND: the protected instance
 * @param instanceName the name that it had, or null
 * @param command of COMMAND: program and arguments
 * @param timeoutSeconds of one attempt
 * @param attempts in all, when the policy is to try again
 */
public record PlanStep(
    String name,
    PlanStepKind kind,
    List<RunKind> runs,
    @Nullable String url,
    @Nullable String message,
    @Nullable UUID instance,
    @Nullable String instanceName,
    List<String> command,
    int timeoutSeconds,
    FailurePolicy onFailure,
    int attempts) {
  public boolean isFor(RunKind kind) {
    return runs.contains(kind);
  }

  /**
   * What whoever is told, and the command, know this step of a run by: the same whenever it is done
   * again, by whatever process.
   */
  public UUID delivery(UUID run) {
    return UUID.nameUUIDFromBytes(
        "step:%s:%s".formatted(run, name).getBytes(StandardCharsets.UTF_8));
  }

  /** As a run does it; the address of a callout as people are shown it. */
  public RunStep pinned() {
    return new RunStep(
        name,
        kind,
        target(),
        onFailure,
        onFailure == FailurePolicy.RETRY ? attempts : 1,
        timeoutSeconds);
  }

  private String target() {
    return switch (kind) {
      case CALLOUT -> new OutsideAddress(Objects.requireNonNull(url)).shown();
      case APPROVAL -> Objects.requireNonNull(message);
      case COMMAND -> "%s in %s".formatted(String.join(" ", command), instanceName);
    };
  }

  /** The step for what has taken over. {@code successors}: by the ids of the plan's instances. */
  public PlanStep in(Map<UUID, UUID> successors) {
    return new PlanStep(
        name,
        kind,
        runs,
        url,
        message,
        instance == null ? null : successors.getOrDefault(instance, instance),
        instanceName,
        command,
        timeoutSeconds,
        onFailure,
        attempts);
  }
}
