package io.holdfast.engine.api;

import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.MigrationMode;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where an instance goes. Without host and site: to another host of its site.
 *
 * @param host name or id
 * @param site name or id; any of its hosts
 * @param mode AUTO unless told: LIVE when the instance runs, COLD when it is off
 * @param bandwidthMiBps that its copy and its switchover may use; 0, which is no limit, unless told
 * @param maxDowntimeMs that the guest may stand still at the switchover, as QEMU estimates it; 300
 *     unless told; an emulated guest stands still for as long as its memory takes
 * @param postCopy true lets the guest go before all of its memory is there, when it writes faster
 *     than the link: a link that dies then takes the guest with it. False unless told
 * @param graceSeconds how long the guest may take to shut down when mode is COLD; 60 unless told
 * @param onFailure PAUSE unless told: a step that fails blocks the job, and what was copied stays
 */
public record MigrateInstanceRequest(
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String host,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String site,
    MigrationMode mode,
    @Min(0) @Max(1_000_000) Long bandwidthMiBps,
    @Min(1) @Max(60_000) Integer maxDowntimeMs,
    Boolean postCopy,
    @Min(0) @Max(3600) Integer graceSeconds,
    JobPolicy.@Nullable OnFailure onFailure) {
  private static final int DOWNTIME_MS = 300; // QEMU's own
  private static final int GRACE_SECONDS = 60;

  public MigrateInstanceRequest {
    mode = mode == null ? MigrationMode.AUTO : mode;
    bandwidthMiBps = bandwidthMiBps == null ? 0L : bandwidthMiBps;
    maxDowntimeMs = maxDowntimeMs == null ? DOWNTIME_MS : maxDowntimeMs;
    postCopy = postCopy != null && postCopy;
    graceSeconds = graceSeconds == null ? GRACE_SECONDS : graceSeconds;
  }
}
