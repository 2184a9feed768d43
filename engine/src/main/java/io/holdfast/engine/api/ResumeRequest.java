package io.holdfast.engine.api;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * How a job goes on; the body may be left out.
 *
 * @param patch what changes: the job is undone and starts over with it; null runs the step again
 */
public record ResumeRequest(
    @Nullable @Size(max = Limits.MAX_REASON) String reason, @Nullable @Valid Patch patch) {
  /** What is meant when the body is left out. */
  public static final ResumeRequest PLAIN = new ResumeRequest(null, null);

  /**
   * Of the creation or migration of an instance: another host or site, by id or name. A site alone
   * means any of its hosts, a host alone where it is; neither: as it was.
   */
  public record Patch(
      @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String host,
      @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String site) {}
}
