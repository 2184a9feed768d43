package io.holdfast.activities.lease;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.LeaseActivities;
import io.holdfast.workflows.lease.Lease;
import io.holdfast.workflows.lease.LeaseGate;
import io.holdfast.workflows.model.Findings;
import io.holdfast.workflows.model.HeldPlace;
import io.holdfast.workflows.model.InstanceId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** Shuts a run out and looks at what it left. */
public final class HostLeases implements LeaseActivities {
  private final LeaseBook book;
  private final DomainActivities domains;
  private final Pools pools;

  public HostLeases(LeaseBook book, DomainActivities domains, Pools pools) {
    this.book = book;
    this.domains = domains;
    this.pools = pools;
  }

  @Override
  @SuppressWarnings("try") // whoever is inside is alone
  public Findings seize(Lease lease, HeldPlace place) {
    try (LeaseGate.Passage alone = book.enter(lease)) {
      List<String> volumes = new ArrayList<>();
      for (String pool : place.pools()) {
        for (UUID id : place.ids()) {
          PoolFiles.containing(pools.folder(pool), id.toString()).stream()
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> !volumes.contains(name))
              .forEach(volumes::add);
        }
      }
      Collections.sort(volumes);
      InstanceId instance = place.instance();
      return new Findings(
          place.host(),
          instance,
          instance == null ? null : domains.readDomain(instance).state(),
          volumes);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }
}
