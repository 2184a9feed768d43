package io.holdfast.engine.api;

import io.holdfast.workflows.model.MigrationMode;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a host's instances in its maintenance; the body may be left out.
 *
 * @param evacuate true unless told: all instances are moved off the host. False: they stay, and
 *     their guests run on; the other fields then say nothing
 * @param parallel how many moves at once; 2 unless told
 * @param site name or id of the site that the instances go to; that of the host unless told
 * @param mode of guests that run; AUTO unless told, which is LIVE. COLD stops them for it
 * @param bandwidthMiBps that each move may use; 0, which is no limit, unless told
 * @param maxDowntimeMs as for the migration of one instance; 300 unless told
 * @param postCopy as for the migration of one instance; false unless told
 * @param graceSeconds how long a guest may take to shut down when mode is COLD; 60 unless told
 */
public record MaintainHostRequest(
    Boolean evacuate,
    @Min(1) @Max(16) Integer parallel,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String site,
    MigrationMode mode,
    @Min(0) @Max(1_000_000) Long bandwidthMiBps,
    @Min(1) @Max(60_000) Integer maxDowntimeMs,
    Boolean postCopy,
    @Min(0) @Max(3600) Integer graceSeconds) {
  private static final int PARALLEL = 2;
  private static final int DOWNTIME_MS = 300; // QEMU's own
  private static final int GRACE_SECONDS = 60;

  /** What is meant when the body is left out. */
  public static final MaintainHostRequest PLAIN =
      new MaintainHostRequest(
          true,
          MaintainHostRequest.PARALLEL,
          null,
          MigrationMode.AUTO,
          0L,
          MaintainHostRequest.DOWNTIME_MS,
          false,
          MaintainHostRequest.GRACE_SECONDS);

  public MaintainHostRequest {
    evacuate = evacuate == null || evacuate;
    parallel = parallel == null ? PARALLEL : parallel;
    mode = mode == null ? MigrationMode.AUTO : mode;
    bandwidthMiBps = bandwidthMiBps == null ? 0L : bandwidthMiBps;
    maxDowntimeMs = maxDowntimeMs == null ? DOWNTIME_MS : maxDowntimeMs;
    postCopy = postCopy != null && postCopy;
    graceSeconds = graceSeconds == null ? GRACE_SECONDS : graceSeconds;
  }
}
