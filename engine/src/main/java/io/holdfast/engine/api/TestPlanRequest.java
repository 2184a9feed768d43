package io.holdfast.engine.api;

import jakarta.validation.constraints.Size;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A test; the body may be left out.
 *
 * @param timeToLive when it is over, what the test made is removed without a :cleanup; ISO 8601,
 *     PT1M to P30D, P1D unless said
 */
public record TestPlanRequest(
    @Nullable @Size(max = Limits.MAX_REASON) String reason,
    @Nullable @Size(max = 40) String timeToLive) {
  /** What is meant when the body is left out. */
  public static final TestPlanRequest PLAIN = new TestPlanRequest(null, null);

  public TestPlanRequest {
    timeToLive = Optional.ofNullable(timeToLive).orElse("P1D");
  }
}
