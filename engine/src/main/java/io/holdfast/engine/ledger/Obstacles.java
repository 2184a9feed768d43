package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What of an instance cannot leave its host, or cannot go where it is to go. */
public final class Obstacles {
  private Obstacles() {}

  /**
   * A line for each thing, with what removes it.
   *
   * @param site where it is to go; beside its replicas it would be protected no more
   */
  public static List<String> of(Daos daos, UUID instance, @Nullable UUID site) {
    List<String> obstacles = new ArrayList<>();
    UndecidedMoves.words(daos, instance).ifPresent(obstacles::add);
    daos.snapshots().ofInstance(instance).stream()
        .filter(snapshot -> snapshot.takenAt() == null)
        .forEach(
            snapshot ->
                obstacles.add("snapshot %s was not taken; delete it".formatted(snapshot.name())));
    daos.protectionGroups()
        .groupOf(instance)
        .flatMap(daos.protectionGroups()::findById)
        .filter(group -> group.targetSite().equals(site) && !isAt(daos, instance, site))
        .ifPresent(
            group ->
                obstacles.add(
                    "its replicas go to that site by protection group %s; take it out of the group, or move it by a recovery plan"
                        .formatted(group.name())));
    return obstacles;
  }

  /** One that got there before does not get worse by another host. */
  private static boolean isAt(Daos daos, UUID instance, @Nullable UUID site) {
    return daos.reservations()
        .find(instance)
        .filter(held -> Lookups.host(daos, held.hostId()).siteId().equals(site))
        .isPresent();
  }
}
