package io.holdfast.engine.ledger;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.KeptInstance;
import io.holdfast.engine.db.OpenJob;
import io.holdfast.engine.db.PortRow;
import io.holdfast.engine.db.PortView;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.ProtectionMemberRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointInstanceRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownDisk;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownNic;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownPoint;
import io.holdfast.engine.recovery.RecoveryQuestion.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What inventory and points know of a plan's instances. A plan may have thousands, so all of them
 * are read together: as many queries as for one.
 */
final class KnownInstances {
  private final Map<UUID, UUID> groupOf;
  private final Set<UUID> promoted;
  private final Map<UUID, Source> sources = new HashMap<>();
  private final Map<UUID, List<RecoveryPointRow>> points = new HashMap<>();
  private final Map<UUID, Map<UUID, List<RecoveryPointDiskRow>>> disks;
  private final Map<UUID, Map<UUID, RecoveryPointInstanceRow>> then;
  private final Map<UUID, List<PortView>> ports;
  private final Map<UUID, List<OpenJob>> jobs;
  private final Map<UUID, Optional<ProtectionGroupRow>> groups = new HashMap<>();
  private final Function<UUID, Optional<ProtectionGroupRow>> findGroup;

  private KnownInstances(Daos daos, List<UUID> ids) {
    groupOf =
        daos.protectionGroups().membersAmong(ids).stream()
            .collect(toMap(ProtectionMemberRow::instanceId, ProtectionMemberRow::groupId));
    promoted = daos.planRuns().promotedAmong(ids);
    disks =
        daos.recoveryPoints().disksOfInstances(ids).stream()
            .collect(
                groupingBy(
                    RecoveryPointDiskRow::instanceId, groupingBy(RecoveryPointDiskRow::pointId)));
    then =
        daos.recoveryPoints().asInstances(ids).stream()
            .collect(
                groupingBy(
                    RecoveryPointInstanceRow::instanceId,
                    toMap(RecoveryPointInstanceRow::pointId, row -> row)));
    ports =
        daos.instances().portsOf(ids).stream()
            .collect(groupingBy(view -> view.port().instanceId()));
    jobs =
        daos
            .jobs()
            .openOn(Stream.concat(ids.stream(), groupOf.values().stream()).distinct().toList())
            .stream()
            .collect(groupingBy(OpenJob::targetId));
    findGroup = daos.protectionGroups()::findById;
    findSources(daos, ids);
    List<RecoveryPointRow> all = daos.recoveryPoints().ofInstances(ids);
    disks.forEach(
        (instance, its) ->
            points.put(
                instance, all.stream().filter(point -> its.containsKey(point.id())).toList()));
  }

  static KnownInstances of(Daos daos, List<UUID> ids) {
    return new KnownInstances(daos, ids);
  }

  private void findSources(Daos daos, List<UUID> ids) {
    Map<UUID, Optional<HostRow>> hosts = new HashMap<>();
    for (InstanceRow row : daos.instances().findAll(ids)) {
      UUID host = row.hostId();
      if (host != null) {
        hosts
            .computeIfAbsent(host, daos.hosts()::findById)
            .ifPresent(
                found ->
                    sources.put(
                        row.id(), new Source(found.name(), found.unreachableSince() == null)));
      }
    }
  }

  /** The one that it is in, else the one that has the newest point of it. */
  Optional<ProtectionGroupRow> group(UUID instance) {
    return Optional.ofNullable(groupOf.get(instance))
        .or(() -> rows(instance).stream().map(RecoveryPointRow::groupId).findFirst())
        .flatMap(id -> groups.computeIfAbsent(id, findGroup));
  }

  /** True when another instance has taken over from it. */
  boolean isPromoted(UUID instance) {
    return promoted.contains(instance);
  }

  /** The jobs that work on it, or on the group that it is in; a line each. */
  List<String> busy(UUID instance) {
    List<String> busy = new ArrayList<>();
    jobs.getOrDefault(instance, List.of()).forEach(job -> busy.add(job.words() + " it"));
    UUID group = groupOf.get(instance);
    if (group != null) {
      jobs.getOrDefault(group, List.of())
          .forEach(job -> busy.add(job.words() + " its protection group"));
    }
    return busy;
  }

  @Nullable Source source(UUID instance) {
    return sources.get(instance);
  }

  /** Its points with all that a recovery needs; the newest first. */
  List<KnownPoint> points(UUID instance) {
    Map<UUID, RecoveryPointInstanceRow> was = then.getOrDefault(instance, Map.of());
    List<PortRow> now =
        ports.getOrDefault(instance, List.of()).stream()
            .map(PortView::port)
            .sorted(Comparator.comparing(PortRow::position))
            .toList();
    Map<UUID, List<RecoveryPointDiskRow>> byPoint = disks.getOrDefault(instance, Map.of());
    List<KnownPoint> known = new ArrayList<>();
    for (RecoveryPointRow point : rows(instance)) {
      List<RecoveryPointDiskRow> its =
          PointDisks.of(byPoint.getOrDefault(point.id(), List.of()), instance);
      RecoveryPointInstanceRow row = was.get(point.id());
      if (!its.isEmpty() && row != null) {
        known.add(point(point, its, row, now));
      }
    }
    return known;
  }

  private List<RecoveryPointRow> rows(UUID instance) {
    return points.getOrDefault(instance, List.of());
  }

  private static KnownPoint point(
      RecoveryPointRow point,
      List<RecoveryPointDiskRow> disks,
      RecoveryPointInstanceRow was,
      List<PortRow> ports) {
    return new KnownPoint(
        point.id(),
        point.number(),
        point.state() == RecoveryPointState.BROKEN,
        Objects.requireNonNull(point.takenAt(), "taken"),
        point.verifiedAt(),
        disks.get(0).hostId(),
        was.named(),
        disks.stream()
            .map(
                disk ->
                    new KnownDisk(
                        disk.disk(), disk.bytes(), Objects.requireNonNull(disk.root(), "sealed")))
            .toList(),
        nics(was.networks(), ports));
  }

  /** An instance keeps its nics, so the one at the same position is the same one. */
  private static List<KnownNic> nics(List<KeptInstance.Network> networks, List<PortRow> ports) {
    List<KnownNic> nics = new ArrayList<>();
    for (int i = 0; i < networks.size(); i++) {
      KeptInstance.Network network = networks.get(i);
      boolean there = i < ports.size() && ports.get(i).networkId().equals(network.id());
      nics.add(new KnownNic(network.id(), network.name(), there ? ports.get(i).ipv4() : null));
    }
    return nics;
  }
}
