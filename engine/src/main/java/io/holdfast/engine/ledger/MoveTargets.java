package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.MigrationRow;
import io.holdfast.engine.db.ReservationRow;
import io.holdfast.engine.placement.PlacementPlan;
import io.holdfast.engine.placement.PlanText;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whether an instance that is on its way could go elsewhere, by the ledger as it is now. */
public final class MoveTargets {
  private MoveTargets() {}

  /**
   * A line for each host that will not do; empty when one will. Its own claim is none of their
   * reasons: where it has one it has room.
   */
  public static List<String> refusals(
      Daos daos, InstanceRow instance, @Nullable UUID host, @Nullable UUID site) {
    Optional<ReservationRow> held = daos.reservations().find(instance.id());
    if (held.isEmpty() || isClaimed(daos, instance, host, site)) {
      return List.of();
    }
    PlacementPlan plan = new Claims(daos).planMigration(instance, held.get().hostId(), host, site);
    return plan.chosen().isPresent() ? List.of() : PlanText.refusals(plan);
  }

  private static boolean isClaimed(
      Daos daos, InstanceRow instance, @Nullable UUID host, @Nullable UUID site) {
    return daos.migrations()
        .find(instance.id())
        .map(MigrationRow::targetHost)
        .filter(
            target ->
                host == null
                    ? Lookups.host(daos, target).siteId().equals(site)
                    : target.equals(host))
        .isPresent();
  }
}
