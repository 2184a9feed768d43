package io.holdfast.engine.orphan;

import io.holdfast.engine.db.CensusItemRow;
import io.holdfast.engine.db.HoldingRow;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.db.WorkRow;
import io.holdfast.workflows.model.CensusItem;
import io.holdfast.workflows.model.CensusKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The difference between hosts and ledger.
 *
 * <p>A census is older than the ledger that it is compared with, and a job changes both in turn. So
 * what a job works on, or has worked on since the census began, is left out. A network is shared by
 * instances, and who had ports in it is forgotten with their rows; so networks and reservations are
 * judged only by a census that is younger than the end of the last job of any instance.
 */
public final class OrphanFinder {
  private final Books books;
  private final Map<UUID, HoldingRow> instances = new HashMap<>();
  private final Map<UUID, VolumeRow> volumes = new HashMap<>();
  private final Map<UUID, SnapshotRow> snapshots = new HashMap<>();
  private final Replicas replicas;

  private OrphanFinder(Books books) {
    this.books = books;
    books.instances().forEach(each -> instances.put(each.id(), each));
    replicas = new Replicas(books.replicas());
    books.snapshots().forEach(each -> snapshots.put(each.id(), each));
    books.volumes().forEach(each -> volumes.put(each.id(), each));
  }

  /** In the order of hosts and their items. */
  public static List<Orphan> find(List<HostItems> hosts, Books books) {
    OrphanFinder finder = new OrphanFinder(books);
    List<Orphan> found = new ArrayList<>();
    for (HostItems host : hosts) {
      finder.addOf(host, found);
    }
    return found;
  }

  private void addOf(HostItems host, List<Orphan> found) {
    Set<UUID> busy = new HashSet<>();
    List<WorkRow> since = new ArrayList<>();
    boolean instanceWork = false;
    for (WorkRow work : books.work()) {
      Instant ended = work.endedAt();
      if (ended == null || !ended.isBefore(host.takenAt())) {
        since.add(work);
        busy.add(work.id());
        busy.add(work.targetId());
        instanceWork |= work.targetType() == TargetType.INSTANCE;
      }
    }
    for (CensusItemRow item : host.items()) {
      boolean shared = item.kind() == CensusKind.NETWORK || item.kind() == CensusKind.RESERVATION;
      if (busy.contains(item.ownerId())
          || busy.contains(item.taggedJob())
          || (shared && instanceWork)) {
        continue;
      }
      String why = why(host, item, since);
      if (why != null) {
        found.add(orphan(host, item, why));
      }
    }
    addClaims(host, busy, found);
  }

  /** Null for what is where the ledger says. */
  private @Nullable String why(HostItems host, CensusItemRow item, List<WorkRow> since) {
    return switch (item.kind()) {
      case DOMAIN -> whyInstance(host, item, null);
      case VOLUMES -> whyInstance(host, item, item.place());
      case VOLUME -> whyVolume(host, item);
      case SNAPSHOT -> whySnapshot(host, item);
      case REPLICA -> replicas.why(host.id(), item, since);
      case IMAGE -> books.images().contains(item.ownerId()) ? null : "no image has this id";
      case CONSOLE -> instances.containsKey(item.ownerId()) ? null : "no instance has this id";
      case NETWORK ->
          isUsed(host.id(), item.ownerId()) ? null : "no instance on this host has a port in it";
      case RESERVATION ->
          hasPort(host.id(), item) ? null : "no instance on this host has a port of this MAC";
    };
  }

  private @Nullable String whyInstance(HostItems host, CensusItemRow item, @Nullable String pool) {
    HoldingRow instance = instances.get(item.ownerId());
    if (instance == null) {
      return "no instance has this id";
    }
    if (!host.id().equals(instance.hostId())) {
      return "instance " + instance.name() + " is on another host";
    }
    return pool == null || pool.equals(instance.pool())
        ? null
        : "instance %s is in pool %s".formatted(instance.name(), instance.pool());
  }

  private @Nullable String whyVolume(HostItems host, CensusItemRow item) {
    VolumeRow volume = volumes.get(item.ownerId());
    if (volume == null) {
      return "no volume has this id";
    }
    return host.id().equals(volume.hostId()) && item.place().equals(volume.pool())
        ? null
        : "volume " + volume.name() + " is in another place";
  }

  private @Nullable String whySnapshot(HostItems host, CensusItemRow item) {
    SnapshotRow snapshot = snapshots.get(item.ownerId());
    if (snapshot == null) {
      return "no snapshot has this id";
    }
    return host.id().equals(snapshot.hostId()) && item.place().equals(snapshot.pool())
        ? null
        : "snapshot " + snapshot.name() + " is in another place";
  }

  private boolean isUsed(UUID host, UUID network) {
    return books.instances().stream()
        .anyMatch(i -> host.equals(i.hostId()) && i.networks().contains(network));
  }

  private boolean hasPort(UUID host, CensusItemRow item) {
    return books.instances().stream()
        .anyMatch(i -> host.equals(i.hostId()) && i.macs().contains(item.name()));
  }

  private Orphan orphan(HostItems host, CensusItemRow item, String why) {
    return new Orphan(
        Orphan.id(host.id(), item.kind().name(), item.place(), item.name()),
        item.kind().name(),
        host.id(),
        host.name(),
        item.item(),
        why,
        item.kind() == CensusKind.DOMAIN && !instances.containsKey(item.ownerId()),
        kept(host, item),
        item.firstSeenAt(),
        host.takenAt());
  }

  /** What stands on something else goes first. */
  private static @Nullable String kept(HostItems host, CensusItemRow item) {
    CensusKind first =
        switch (item.kind()) {
          case VOLUMES, CONSOLE -> CensusKind.DOMAIN;
          case NETWORK -> CensusKind.RESERVATION;
          case DOMAIN, VOLUME, IMAGE, RESERVATION, SNAPSHOT, REPLICA -> null;
        };
    return host.items().stream()
            .anyMatch(i -> i.kind() == first && i.ownerId().equals(item.ownerId()))
        ? "its "
            + Objects.requireNonNull(first).name().toLowerCase(java.util.Locale.ROOT)
            + " first"
        : null;
  }

  /** Capacity that is claimed on a host which has nothing of its instance. */
  private void addClaims(HostItems host, Set<UUID> busy, List<Orphan> found) {
    Set<UUID> there = new HashSet<>();
    host.items().stream()
        .filter(item -> item.kind() != CensusKind.CONSOLE) // of one that ran here
        .forEach(item -> there.add(item.ownerId()));
    for (HoldingRow instance : books.instances()) {
      if (instance.claims()
          && host.id().equals(instance.hostId())
          && !busy.contains(instance.id())
          && !there.contains(instance.id())) {
        found.add(claim(host, instance));
      }
    }
  }

  private static Orphan claim(HostItems host, HoldingRow instance) {
    String pool = instance.pool() == null ? "" : instance.pool();
    return new Orphan(
        Orphan.id(host.id(), "CLAIM", pool, instance.name()),
        "CLAIM",
        host.id(),
        host.name(),
        new CensusItem(CensusKind.VOLUMES, instance.name(), pool, instance.id(), null, 0, "", null),
        "the host has neither domain nor volumes of instance " + instance.name(),
        false,
        "delete the instance, which gives back what it claims",
        host.takenAt(),
        host.takenAt());
  }
}
