package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What lies on an instance's host and cannot go with it. */
public final class Obstacles {
  private Obstacles() {}

  /** A line for each thing, with what removes it. */
  public static List<String> of(Daos daos, UUID instance) {
    List<String> obstacles = new ArrayList<>();
    daos.snapshots().ofInstance(instance).stream()
        .filter(snapshot -> snapshot.takenAt() == null)
        .forEach(
            snapshot ->
                obstacles.add("snapshot %s was not taken; delete it".formatted(snapshot.name())));
    return obstacles;
  }
}
