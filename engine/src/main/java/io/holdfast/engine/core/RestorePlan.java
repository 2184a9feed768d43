package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PortRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointInstanceRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.RestoredFrom;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.WantedInstance;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.PointDisks;
import io.holdfast.engine.placement.Headroom;
import io.holdfast.engine.seal.InstanceSecrets;
import io.holdfast.engine.seal.SecretSeal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an instance that is made from a recovery point. All comes from what the point keeps:
 * the instance that it is of may be gone.
 */
record RestorePlan(InstanceRow row, List<PortRow> ports) {

  static RestorePlan of(
      Daos daos, UUID pointId, WantedRestore wanted, UUID jobId, SecretSeal seal, Instant now) {
    UserData.check(wanted.userData());
    RecoveryPointRow point = available(daos, pointId);
    RecoveryPointInstanceRow source = source(daos, point, wanted.instance());
    List<RecoveryPointDiskRow> disks =
        PointDisks.of(daos.recoveryPoints().disks(point.id()), source.instanceId());
    HostRow host = host(daos, disks, wanted);
    UUID id = UUID.nameUUIDFromBytes(("instance:" + jobId).getBytes(StandardCharsets.UTF_8));
    InstanceSize size =
        InstanceSize.ofPoint(daos, wanted, source, disks.stream().map(PointDisks::gib).toList());
    WantedInstance spec =
        new WantedInstance(
            size.flavor(),
            size.vcpus(),
            size.memoryMiB(),
            size.diskGiB(),
            seal.seal(id, new InstanceSecrets(wanted.sshKeys(), wanted.userData())),
            Optional.ofNullable(wanted.guestTimeoutSeconds()).orElse(source.guestTimeoutSeconds()),
            new RestoredFrom(point.id(), source.instanceId(), source.readiness()),
            Headroom.after(source.limit(), size.compute(), null, null));
    InstanceRow row =
        InstanceRow.restored(
            id,
            wanted.name(),
            spec,
            host.id(),
            wanted.labels(),
            wanted.antiAffinity(),
            Lease.until(wanted.leaseUntil(), now),
            now);
    return new RestorePlan(
        row, InstancePlan.ports(daos, networks(daos, wanted, source), id, jobId));
  }

  /** Before a job that failed is sent again: what its instance starts as is still there. */
  static void recheck(Daos daos, InstanceRow row) {
    RestoredFrom from = row.spec().restored();
    if (from != null) {
      available(daos, from.recoveryPoint());
    }
  }

  private static RecoveryPointRow available(Daos daos, UUID id) {
    RecoveryPointRow point = PointTurns.lock(daos, id);
    if (point.state() != RecoveryPointState.AVAILABLE) {
      throw new ProblemException(
          ProblemCode.RECOVERY_POINT_NOT_AVAILABLE,
          "Recovery point %d is %s; only one that is AVAILABLE is restored"
              .formatted(point.number(), point.state()));
    }
    return point;
  }

  private static RecoveryPointInstanceRow source(
      Daos daos, RecoveryPointRow point, @Nullable String reference) {
    List<RecoveryPointInstanceRow> all = daos.recoveryPoints().instances(point.id());
    if (all.isEmpty()) {
      throw new ProblemException(
          ProblemCode.RECOVERY_POINT_NOT_AVAILABLE,
          "What the instances of recovery point %d were was not kept".formatted(point.number()));
    }
    if (reference == null && all.size() == 1) {
      return all.get(0);
    }
    String names =
        all.stream().map(RecoveryPointInstanceRow::name).collect(Collectors.joining(", "));
    if (reference == null) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "instance",
          "instance must be given: the recovery point has " + names);
    }
    return Lookup.find(
            reference,
            id -> all.stream().filter(row -> row.instanceId().equals(id)).findFirst(),
            name -> all.stream().filter(row -> row.name().equals(name)).findFirst())
        .orElseThrow(
            () ->
                ProblemException.ofField(
                    ProblemCode.UNKNOWN_REFERENCE,
                    "instance",
                    "instance: the recovery point has no instance '%s', only %s"
                        .formatted(reference, names)));
  }

  /** Where the replicas lie; nowhere else can be asked for. */
  private static HostRow host(Daos daos, List<RecoveryPointDiskRow> disks, WantedRestore wanted) {
    HostRow there =
        disks.stream()
            .findFirst()
            .flatMap(disk -> daos.hosts().findById(disk.hostId()))
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemCode.RECOVERY_POINT_NOT_AVAILABLE,
                        "The recovery point has no replicas of the instance"));
    SiteRow site = InstancePlan.site(daos, wanted.site());
    HostRow host = InstancePlan.host(daos, wanted.host(), site);
    if (host != null && !host.id().equals(there.id())) {
      throw elsewhere("host", there);
    }
    if (site != null && !site.id().equals(there.siteId())) {
      throw elsewhere("site", there);
    }
    return there;
  }

  private static ProblemException elsewhere(String field, HostRow there) {
    return ProblemException.ofField(
        ProblemCode.INVALID_FIELD,
        field,
        "%s: the replicas are on %s, and are restored nowhere else".formatted(field, there.name()));
  }

  private static List<String> networks(
      Daos daos, WantedRestore wanted, RecoveryPointInstanceRow source) {
    List<String> asked = wanted.networks();
    if (asked != null) {
      return asked;
    }
    for (RecoveryPointInstanceRow.Network network : source.networks()) {
      Optional<NetworkRow> there = daos.networks().findById(network.id());
      if (there.isEmpty()) {
        throw ProblemException.ofField(
            ProblemCode.UNKNOWN_REFERENCE,
            "networks",
            "networks must be given: %s had network %s, which was deleted"
                .formatted(source.name(), network.name()));
      }
    }
    return source.networks().stream().map(network -> network.id().toString()).toList();
  }
}
