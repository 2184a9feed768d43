package io.holdfast.engine.api;

import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Why a person decides so; the body may be left out. */
public record ReasonRequest(@Nullable @Size(max = Limits.MAX_REASON) String reason) {
  /** What is meant when the body is left out. */
  public static final ReasonRequest NONE = new ReasonRequest(null);
}
