package io.holdfast.engine.recovery;

import io.holdfast.engine.recovery.ReversalQuestion.AskedCopy;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a turn of direction would do now.
 *
 * @param to the site that protects from then on; null when it is not one
 * @param groups that are turned, in order
 * @param copies that become bases there
 */
public record PlannedReversal(
    @Nullable UUID to,
    @Nullable String toName,
    List<UUID> groups,
    List<AskedCopy> copies,
    List<RunRefusal> refusals) {
  /** True when nothing is in its way. */
  public boolean isClear() {
    return refusals.isEmpty();
  }
}
