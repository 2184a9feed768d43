package io.holdfast.engine.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The size that an instance is to have: a flavor's vcpus and memory, or numbers.
 *
 * @param flavor name or id; its disk is not looked at
 * @param vcpus the same as before when it is left out
 * @param memoryMiB the same as before when it is left out
 * @param maxVcpus to how many it may grow while it runs, from its next start on; as before when it
 *     is left out
 * @param maxMemoryMiB the same for memory
 * @param restart true lets an instance that runs be stopped and started; false unless told
 * @param graceSeconds how long the guest may take to shut down then; 60 unless told
 */
public record ResizeInstanceRequest(
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String flavor,
    @Nullable @Min(1) @Max(Limits.MAX_VCPUS) Integer vcpus,
    @Nullable @Min(Limits.MIN_MEMORY_MIB) @Max(Limits.MAX_MEMORY_MIB) Integer memoryMiB,
    @Nullable @Min(1) @Max(Limits.MAX_VCPUS) Integer maxVcpus,
    @Nullable @Min(Limits.MIN_MEMORY_MIB) @Max(Limits.MAX_MEMORY_MIB) Integer maxMemoryMiB,
    Boolean restart,
    @Min(0) @Max(3600) Integer graceSeconds) {
  private static final int GRACE_SECONDS = 60;

  public ResizeInstanceRequest {
    restart = restart != null && restart;
    graceSeconds = graceSeconds == null ? GRACE_SECONDS : graceSeconds;
  }
}
