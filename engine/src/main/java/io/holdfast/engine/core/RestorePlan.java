package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.KeptInstance;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PortRow;
import io.holdfast.engine.db.RestoredFrom;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.WantedInstance;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.placement.Headroom;
import io.holdfast.engine.seal.InstanceSecrets;
import io.holdfast.engine.seal.SecretSeal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The rows of an instance that is made from a recovery point or a snapshot. */
record RestorePlan(InstanceRow row, List<PortRow> ports) {

  static RestorePlan of(
      Daos daos,
      RestoreSource source,
      WantedRestore wanted,
      UUID jobId,
      SecretSeal seal,
      Instant now) {
    UserData.check(wanted.userData());
    KeptInstance was = source.was();
    requireThere(daos, source, wanted);
    UUID id = UUID.nameUUIDFromBytes(("instance:" + jobId).getBytes(StandardCharsets.UTF_8));
    InstanceSize size = InstanceSize.ofKept(daos, wanted, was, source.diskGiB());
    WantedInstance spec =
        new WantedInstance(
            size.flavor(),
            size.vcpus(),
            size.memoryMiB(),
            size.diskGiB(),
            seal.seal(id, new InstanceSecrets(wanted.sshKeys(), wanted.userData())),
            Optional.ofNullable(wanted.guestTimeoutSeconds()).orElse(was.guestTimeoutSeconds()),
            source.from(),
            Headroom.after(was.limit(), size.compute(), null, null),
            null);
    InstanceRow row =
        InstanceRow.restored(
            id,
            wanted.name(),
            spec,
            source.host().id(),
            wanted.labels(),
            wanted.antiAffinity(),
            Lease.until(wanted.leaseUntil(), now),
            now);
    return new RestorePlan(row, InstancePlan.ports(daos, networks(daos, wanted, was), id, jobId));
  }

  /** Before a job that failed is sent again: what its instance starts as is still there. */
  static void recheck(Daos daos, InstanceRow row) {
    RestoredFrom from = row.spec().restored();
    if (from != null) {
      RestoreSource.recheck(daos, from);
    }
  }

  /** Nowhere else can be asked for. */
  private static void requireThere(Daos daos, RestoreSource source, WantedRestore wanted) {
    SiteRow site = InstancePlan.site(daos, wanted.site());
    HostRow host = InstancePlan.host(daos, wanted.host(), site);
    if (host != null && !host.id().equals(source.host().id())) {
      throw elsewhere("host", source);
    }
    if (site != null && !site.id().equals(source.host().siteId())) {
      throw elsewhere("site", source);
    }
  }

  private static ProblemException elsewhere(String field, RestoreSource source) {
    return ProblemException.ofField(
        ProblemCode.INVALID_FIELD,
        field,
        "%s: %s %s, and nothing is made of it anywhere else"
            .formatted(field, source.what(), source.host().name()));
  }

  private static List<String> networks(Daos daos, WantedRestore wanted, KeptInstance was) {
    List<String> asked = wanted.networks();
    if (asked != null) {
      return asked;
    }
    for (KeptInstance.Network network : was.networks()) {
      Optional<NetworkRow> there = daos.networks().findById(network.id());
      if (there.isEmpty()) {
        throw ProblemException.ofField(
            ProblemCode.UNKNOWN_REFERENCE,
            "networks",
            "networks must be given: %s had network %s, which was deleted"
                .formatted(was.name(), network.name()));
      }
    }
    return was.networks().stream().map(network -> network.id().toString()).toList();
  }
}
