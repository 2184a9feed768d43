package io.holdfast.engine.ledger;

import io.holdfast.engine.db.CensusItemRow;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** What hosts and ledger still have of a test; inside a transaction. */
final class RunRemains {
  private final Daos daos;
  private final UUID run;

  RunRemains(Daos daos, UUID run) {
    this.daos = daos;
    this.run = run;
  }

  /** Removes the isolated networks of the run. Fails with TEST_NOT_REMOVED. */
  void requireNone() {
    List<String> found = new ArrayList<>();
    List<UUID> made = daos.planRuns().promoted(run);
    for (UUID instance : made) {
      daos.instances()
          .findById(instance)
          .ifPresent(row -> found.add("the ledger has instance " + row.name()));
    }
    List<NetworkRow> bubbles = daos.networks().bubbles(run);
    for (NetworkRow bubble : bubbles) {
      daos.networks().lock(bubble.id());
      daos.networks()
          .user(bubble.id())
          .ifPresent(user -> found.add("network %s has %s".formatted(bubble.name(), user)));
    }
    Set<UUID> owners = new HashSet<>(made);
    bubbles.forEach(bubble -> owners.add(bubble.id()));
    found.addAll(onHosts(owners, new HashSet<>(daos.planRuns().promotions(run))));
    if (!found.isEmpty()) {
      throw Failures.of(
          FailureType.TEST_NOT_REMOVED, "Something of the test is still there", found);
    }
    bubbles.forEach(bubble -> daos.networks().tryDelete(bubble.id()));
  }

  /** By the last census of each host of the run. */
  private List<String> onHosts(Set<UUID> owners, Set<UUID> jobs) {
    List<String> found = new ArrayList<>();
    daos.planRuns().instances(run).stream()
        .map(PlanRunInstanceRow::hostId)
        .filter(Objects::nonNull)
        .distinct()
        .forEach(
            host -> {
              for (CensusItemRow item : daos.censuses().itemsOf(host)) {
                UUID job = item.taggedJob();
                if (owners.contains(item.ownerId()) || (job != null && jobs.contains(job))) {
                  found.add(
                      "%s has %s %s"
                          .formatted(Lookups.host(daos, host).name(), item.kind(), item.name()));
                }
              }
            });
    return found;
  }
}
