package io.holdfast.engine.api;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When drills of a recovery plan begin, by exactly one of cron and every.
 *
 * @param plan name or id of the recovery plan
 * @param cron minute, hour, day, month, weekday in the time zone, as in 0 3 * * 1
 * @param every ISO 8601, PT1M to P366D, counted from now
 * @param timeZone IANA; UTC unless said
 * @param catchUp a drill that is later than this is missed; ISO 8601, at most PT1H, which holds
 *     unless said
 * @param deadline from its begin, when a drill gives up and is removed; PT1M to P1D, PT4H unless
 *     said
 */
public record DrillScheduleRequest(
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String name,
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String plan,
    @Nullable @Size(min = 9, max = 100) String cron,
    @Nullable @Size(max = 40) String every,
    @Nullable @Size(max = 64) String timeZone,
    @Nullable @Size(max = 40) String catchUp,
    @Nullable @Size(max = 40) String deadline) {
  public DrillScheduleRequest {
    timeZone = Optional.ofNullable(timeZone).orElse("UTC");
    catchUp = Optional.ofNullable(catchUp).orElse("PT1H");
    deadline = Optional.ofNullable(deadline).orElse(DrillRequest.DEADLINE);
  }
}
