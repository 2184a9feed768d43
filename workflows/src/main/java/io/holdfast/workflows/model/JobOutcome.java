package io.holdfast.workflows.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a job that did not succeed ended.
 *
 * @param undone true only when every undo was carried out
 * @param leftovers what could not be undone, one line each
 * @param readBack true when nothing could be undone, but what became of it was read from the host
 */
public record JobOutcome(
    JobState state,
    @Nullable JobFailure failure,
    boolean undone,
    List<String> leftovers,
    boolean readBack) {
  /** An outcome in which nothing had to be read back. */
  public static JobOutcome of(
      JobState state, @Nullable JobFailure failure, boolean undone, List<String> leftovers) {
    return new JobOutcome(state, failure, undone, leftovers, false);
  }
}
