package io.holdfast.engine.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/**
 * Which recovery points are kept.
 *
 * @param keepLast the newest ones; 5 unless told
 * @param hourly of so many hours that have any, the last one; 0 unless told
 * @param daily the same of days (UTC)
 * @param weekly the same of weeks (ISO)
 */
public record RetentionRequest(
    @Nullable @Min(1) @Max(1000) Integer keepLast,
    @Nullable @Min(0) @Max(1000) Integer hourly,
    @Nullable @Min(0) @Max(1000) Integer daily,
    @Nullable @Min(0) @Max(1000) Integer weekly) {
  private static final int KEPT_UNLESS_TOLD = 5;

  /** What is meant when nothing is said. */
  public static final RetentionRequest DEFAULT = new RetentionRequest(null, null, null, null);

  public RetentionRequest {
    keepLast = keepLast == null ? KEPT_UNLESS_TOLD : keepLast;
    hourly = hourly == null ? 0 : hourly;
    daily = daily == null ? 0 : daily;
    weekly = weekly == null ? 0 : weekly;
  }
}
