package io.holdfast.workflows.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a person decided about a job that is held. It answers one hold and no other, so a decision
 * that is delivered twice, or late, does nothing.
 *
 * @param hold the hold that it answers; see {@link JobHold}
 * @param patched true when the job's input was patched: what was done is undone, and the job starts
 *     over with the new input
 * @param by who decided
 * @param host that the patch names, where the job is to go on; or null
 */
public record JobDecision(
    UUID id,
    UUID hold,
    JobVerb verb,
    boolean patched,
    String by,
    @Nullable String reason,
    @Nullable HostId host) {
  /** One line for the step that it is about. */
  public String words() {
    return by + (reason == null ? "" : ": " + reason);
  }
}
