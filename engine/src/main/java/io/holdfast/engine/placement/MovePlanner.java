package io.holdfast.engine.placement;

import static java.util.Comparator.comparing;

import io.holdfast.engine.placement.MigrationPlanner.Hypervisor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Places instances that leave their hosts, all of them together: each counts at its target from
 * then on, and what it leaves is not free before it is gone.
 *
 * <p>Moves begin with the highest priority; among equals with guests that run, then with the least
 * memory, so that most are safe soonest. Places are given in the same order, but to the largest
 * first, which then has most hosts to choose from.
 */
public final class MovePlanner {
  private static final Comparator<Leaving> URGENT =
      comparing(Leaving::priority, Comparator.reverseOrder())
          .thenComparing(Leaving::running, Comparator.reverseOrder());

  private static final Comparator<Leaving> PLACED_FIRST =
      URGENT
          .thenComparing(leaving -> leaving.needs().memoryMiB(), Comparator.reverseOrder())
          .thenComparing(Leaving::name);

  private static final Comparator<Leaving> BEGINS_FIRST =
      URGENT.thenComparing(leaving -> leaving.needs().memoryMiB()).thenComparing(Leaving::name);

  private MovePlanner() {}

  /**
   * An instance that is to leave its host.
   *
   * @param source the host that it leaves
   * @param priority higher goes first
   * @param group whose instances never share a host, or null
   * @param obstacles what of it lies on its host and cannot go with it; it then gets no place
   */
  public record Leaving(
      UUID id,
      String name,
      UUID source,
      int priority,
      boolean running,
      PlacementRequest needs,
      @Nullable String group,
      List<String> obstacles) {}

  /** Where it goes; {@code plan} chooses no host when none will do, or it has an obstacle. */
  public record Move(Leaving instance, PlacementPlan plan) {}

  /** In the order in which moves begin. {@code hosts}: with all that is promised of them. */
  public static List<Move> plan(
      List<Leaving> instances, Map<UUID, Hypervisor> hypervisors, List<HostCapacity> hosts) {
    Promises promises = new Promises(hosts);
    Map<String, Map<UUID, String>> groups = new HashMap<>();
    List<Move> moves = new ArrayList<>();
    for (Leaving leaving : instances.stream().sorted(PLACED_FIRST).toList()) {
      Map<UUID, String> apart = new HashMap<>(leaving.needs().apart());
      apart.putAll(groups.getOrDefault(String.valueOf(leaving.group()), Map.of()));
      PlacementRequest request = leaving.needs().apartFrom(apart);
      PlacementPlan plan =
          leaving.obstacles().isEmpty()
              ? MigrationPlanner.plan(request, leaving.source(), hypervisors, promises.hosts())
              : new PlacementPlan(Optional.empty(), List.of());
      plan.chosen().ifPresent(choice -> promises.promise(choice, request));
      if (leaving.group() != null) {
        plan.chosen()
            .ifPresent(
                choice ->
                    groups
                        .computeIfAbsent(leaving.group(), group -> new HashMap<>())
                        .put(choice.host(), leaving.name()));
      }
      moves.add(new Move(leaving, plan));
    }
    moves.sort(comparing(Move::instance, BEGINS_FIRST));
    return List.copyOf(moves);
  }
}
