package io.holdfast.engine.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * How to change an instance's power; the body may be left out.
 *
 * @param graceSeconds how long the guest may take to shut down before its plug is pulled; 60 unless
 *     told, 0 pulls it at once
 */
public record PowerRequest(@Min(0) @Max(3600) Integer graceSeconds) {
  /** What is meant when the body is left out. */
  public static final PowerRequest DEFAULT = new PowerRequest(60);

  public PowerRequest {
    graceSeconds = graceSeconds == null ? 60 : graceSeconds;
  }
}
