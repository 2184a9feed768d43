package io.holdfast.engine.api;

import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Turns the direction of a plan; the body may be left out. */
public record ReprotectRequest(@Nullable @Size(max = Limits.MAX_REASON) String reason) {
  /** What is meant when the body is left out. */
  public static final ReprotectRequest PLAIN = new ReprotectRequest(null);
}
