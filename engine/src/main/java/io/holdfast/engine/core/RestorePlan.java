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
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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
    Place place = place(daos, source, wanted);
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
            place.host().id(),
            wanted.labels(),
            wanted.antiAffinity(),
            Lease.until(wanted.leaseUntil(), now),
            now);
    UUID site = place.anywhereAt();
    if (site != null) {
      row = row.anywhereAt(site);
    }
    return new RestorePlan(row, InstancePlan.ports(daos, networks(daos, wanted, was), id, jobId));
  }

  /** Before a job that failed is sent again: what its instance starts as is still there. */
  static void recheck(Daos daos, InstanceRow row) {
    RestoredFrom from = row.spec().restored();
    if (from != null) {
      RestoreSource.recheck(daos, from);
    }
  }

  /**
   * Where it is made.
   *
   * @param anywhereAt the site, of which any host will do; or null
   */
  private record Place(HostRow host, @Nullable UUID anywhereAt) {}

  /**
   * Replicas are brought to where they are wanted; files of a snapshot are cloned where they are.
   */
  private static Place place(Daos daos, RestoreSource source, WantedRestore wanted) {
    SiteRow site = InstancePlan.site(daos, wanted.site());
    HostRow host = InstancePlan.host(daos, wanted.host(), site);
    boolean there = host == null || host.id().equals(source.host().id());
    boolean thereabouts = site == null || site.id().equals(source.host().siteId());
    if (there && thereabouts) {
      return new Place(source.host(), null);
    }
    if (source.from().recoveryPoint() == null) {
      throw elsewhere(there ? "site" : "host", source);
    }
    return host == null
        ? new Place(source.host(), Objects.requireNonNull(site, "another one").id())
        : new Place(host, null);
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
