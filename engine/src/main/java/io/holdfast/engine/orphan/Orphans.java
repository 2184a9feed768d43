package io.holdfast.engine.orphan;

import static java.util.stream.Collectors.groupingBy;

import io.holdfast.engine.db.CensusDao;
import io.holdfast.engine.db.CensusItemRow;
import io.holdfast.engine.db.CensusRow;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Reads both sides of the comparison; in one transaction, hosts first. */
public final class Orphans {
  private Orphans() {}

  /** Every host that has had a census, by name. */
  public static List<HostItems> hosts(Daos daos) {
    CensusDao censuses = daos.censuses();
    Map<UUID, List<CensusItemRow>> items =
        censuses.items().stream().collect(groupingBy(CensusItemRow::hostId));
    Map<UUID, List<CensusRow>> taken =
        censuses.all().stream().collect(groupingBy(CensusRow::hostId));
    List<HostItems> hosts = new ArrayList<>();
    for (HostRow host : daos.hosts().watched()) {
      for (CensusRow census : taken.getOrDefault(host.id(), List.of())) {
        hosts.add(
            new HostItems(
                host.id(),
                host.name(),
                census.takenAt(),
                items.getOrDefault(host.id(), List.of())));
      }
    }
    return hosts;
  }

  /**
   * Of a host that has been silent for so long that jobs which ended since are removed, nothing can
   * be said.
   */
  public static List<Orphan> find(Daos daos) {
    Instant forgotten = daos.endedJobs().removedTo();
    List<HostItems> hosts =
        hosts(daos).stream()
            .filter(host -> forgotten == null || host.takenAt().isAfter(forgotten))
            .toList();
    Instant oldest =
        hosts.stream().map(HostItems::takenAt).min(Instant::compareTo).orElse(Instant.EPOCH);
    Books books =
        new Books(
            daos.censuses().holdings(),
            daos.censuses().volumes(),
            new HashSet<>(daos.censuses().images()),
            daos.censuses().snapshots(),
            daos.censuses().replicas(),
            daos.censuses().workSince(oldest));
    return OrphanFinder.find(hosts, books);
  }
}
