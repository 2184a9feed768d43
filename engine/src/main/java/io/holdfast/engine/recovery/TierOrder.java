package io.holdfast.engine.recovery;

import io.holdfast.engine.db.PlanRunInstanceRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Whether a run kept the order of its tiers, by when its instances began and were recovered. */
public final class TierOrder {
  /** By which the clocks of two engines may differ. */
  private static final Duration CLOCKS = Duration.ofSeconds(1);

  private TierOrder() {}

  /** A line for each instance that began before one of an earlier tier was recovered. */
  public static List<String> broken(List<PlanRunInstanceRow> instances) {
    List<String> broken = new ArrayList<>();
    for (PlanRunInstanceRow later : instances) {
      for (PlanRunInstanceRow earlier : instances) {
        Instant began = later.startedAt();
        Instant recovered = earlier.recoveredAt();
        if (earlier.tierPosition() < later.tierPosition()
            && began != null
            && recovered != null
            && began.plus(CLOCKS).isBefore(recovered)) {
          broken.add(
              "%s of tier %s began before %s of tier %s was recovered"
                  .formatted(
                      later.sourceName(), later.tier(), earlier.sourceName(), earlier.tier()));
        }
      }
    }
    return broken;
  }
}
