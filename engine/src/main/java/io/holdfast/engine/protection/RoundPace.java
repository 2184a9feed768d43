package io.holdfast.engine.protection;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * When the rounds of a protection group begin: the first one at once, the second one up to a tenth
 * of the RPO early, and all others an RPO after the one before. So groups that were made together
 * soon do not begin together, and none waits for what it was made for.
 */
public final class RoundPace {
  private static final int JITTER_PART = 10;

  private RoundPace() {}

  /**
   * When the round after the one that begins {@code now} is due. What fell due while no engine
   * lived is made up for by one round.
   *
   * @param due when this one was; later than {@code now} when a person asked for it
   * @param first true when the group has had no round before
   */
  public static Instant next(UUID group, Duration rpo, Instant due, boolean first, Instant now) {
    Instant kept = due.plus(rpo);
    Instant next = kept.isAfter(now) && !due.isAfter(now) ? kept : now.plus(rpo);
    return first ? next.minusMillis(jitter(group, rpo)) : next;
  }

  private static long jitter(UUID group, Duration rpo) {
    return Math.floorMod(group.hashCode(), Math.max(1, rpo.toMillis() / JITTER_PART));
  }
}
