package io.holdfast.engine.placement;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The choice, and why the others were not chosen.
 *
 * @param chosen empty when no host will do
 * @param refusals one for each host that will not do, by name
 */
public record PlacementPlan(Optional<Choice> chosen, List<Refusal> refusals) {
  /**
   * A host and one of its pools.
   *
   * @param why what set it apart from the next best, for a person
   * @param shared true when the disks lie on the pool's storage already
   */
  public record Choice(UUID host, String hostName, String pool, String why, boolean shared) {}
}
