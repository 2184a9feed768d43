package io.holdfast.engine.api;

import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Holds a run up. */
public record PauseRunRequest(@Nullable @Size(max = Limits.MAX_REASON) String reason) {
  public static final PauseRunRequest DEFAULT = new PauseRunRequest(null);
}
