package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlacedStep;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.workflows.model.HeldPlace;
import io.holdfast.workflows.model.InstanceId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a job may have worked: the hosts that are asked before its lease is taken from it. Inside a
 * transaction.
 */
final class HeldPlaces {
  private final Daos daos;
  private final JobRow holder;
  private final Map<UUID, Set<String>> pools = new LinkedHashMap<>();
  private final Set<UUID> ids = new LinkedHashSet<>();
  private @Nullable UUID instance;

  private HeldPlaces(Daos daos, JobRow holder) {
    this.daos = daos;
    this.holder = holder;
  }

  static List<HeldPlace> of(Daos daos, JobRow holder) {
    HeldPlaces places = new HeldPlaces(daos, holder);
    places.look();
    return places.list();
  }

  private void look() {
    UUID target = holder.targetId();
    ids.add(target);
    switch (holder.targetType()) {
      case INSTANCE -> instance(target);
      case VOLUME -> {
        daos.volumes().findById(target).ifPresent(row -> add(row.hostId(), row.pool()));
        beside();
      }
      case SNAPSHOT -> {
        daos.snapshots().findById(target).ifPresent(row -> add(row.hostId(), row.pool()));
        beside();
      }
      case IMAGE -> daos.images().copies(target).forEach(copy -> add(copy.hostId(), copy.pool()));
      case PROTECTION_GROUP -> {
        Optional<RecoveryPointRow> made = daos.recoveryPoints().lockOfJob(holder.id());
        points(made.map(List::of).orElseGet(() -> daos.recoveryPoints().ofGroup(target)));
      }
      case RECOVERY_POINT ->
          points(daos.recoveryPoints().lock(target).map(List::of).orElse(List.of()));
      case ORPHAN -> orphan();
      case RECOVERY_PLAN -> daos.planRuns().find(holder.id()).ifPresent(this::commands);
      case HOST, LEASE -> {
        // such a job changes the ledger, or reads a host
      }
    }
  }

  /** One that moves is in two places. */
  private void instance(UUID id) {
    instance = id;
    daos.instances().findById(id).ifPresent(row -> add(row.hostId(), row.pool()));
    daos.migrations()
        .find(id)
        .ifPresent(
            move -> {
              add(move.sourceHost(), move.sourcePool());
              add(move.targetHost(), move.targetPool());
              daos.migrations()
                  .volumes(id)
                  .forEach(
                      volume -> {
                        ids.add(volume.volumeId());
                        add(move.sourceHost(), volume.sourcePool());
                      });
              daos.migrations()
                  .snapshots(id)
                  .forEach(
                      row -> {
                        ids.add(row.snapshot().id());
                        add(move.sourceHost(), row.sourcePool());
                      });
            });
  }

  /** Whose domain the job changes as well; its files are its own. */
  private void beside() {
    for (UUID id : daos.jobs().besideOf(holder.id())) {
      instance = id;
      daos.instances().findById(id).ifPresent(row -> add(row.hostId(), null));
    }
  }

  /** What a run made are jobs of its own; it alone has their guests run the plan's commands. */
  private void commands(PlanRunRow run) {
    Set<@Nullable UUID> guests = new HashSet<>();
    for (PlacedStep placed : run.definition().steps()) {
      if (placed.step().isFor(run.kind())) {
        guests.add(placed.step().instance());
      }
    }
    daos.planRuns().instances(run.id()).stream()
        .filter(row -> guests.contains(row.sourceId()))
        .forEach(row -> add(row.hostId(), null));
  }

  private void points(List<RecoveryPointRow> points) {
    List<UUID> of = points.stream().map(RecoveryPointRow::id).toList();
    ids.addAll(of);
    for (RecoveryPointDiskRow disk : daos.recoveryPoints().disksOf(of)) {
      add(disk.hostId(), disk.pool());
    }
  }

  private void orphan() {
    String host = holder.request().path("host").asText();
    if (!host.isEmpty()) {
      add(UUID.fromString(host), null);
    }
  }

  private void add(@Nullable UUID host, @Nullable String pool) {
    if (host != null) {
      Set<String> there = pools.computeIfAbsent(host, any -> new LinkedHashSet<>());
      if (pool != null) {
        there.add(pool);
      }
    }
  }

  private List<HeldPlace> list() {
    List<HeldPlace> places = new ArrayList<>();
    pools.forEach(
        (host, there) ->
            daos.hosts()
                .findById(host)
                .ifPresent(
                    row ->
                        places.add(
                            new HeldPlace(
                                Lookups.ref(row),
                                List.copyOf(there),
                                List.copyOf(ids),
                                instance == null ? null : new InstanceId(instance)))));
    return places;
  }
}
