package io.holdfast.engine.api;

import jakarta.validation.constraints.Size;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A drill by hand; the body may be left out.
 *
 * @param deadline from its begin, when it gives up and is removed; ISO 8601, PT1M to P1D, PT4H
 *     unless said
 */
public record DrillRequest(
    @Nullable @Size(max = Limits.MAX_REASON) String reason,
    @Nullable @Size(max = 40) String deadline) {
  static final String DEADLINE = "PT4H";

  /** What is meant when the body is left out. */
  public static final DrillRequest PLAIN = new DrillRequest(null, null);

  public DrillRequest {
    deadline = Optional.ofNullable(deadline).orElse(DEADLINE);
  }
}
