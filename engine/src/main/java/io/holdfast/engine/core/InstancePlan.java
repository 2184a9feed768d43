package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PortRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.WantedInstance;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.placement.MacAddresses;
import io.holdfast.engine.seal.InstanceSecrets;
import io.holdfast.engine.seal.SecretSeal;
import io.holdfast.workflows.model.PowerState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of a new instance: names resolved, ids derived from the job, prerequisites checked. */
record InstancePlan(InstanceRow row, List<PortRow> ports) {

  static InstancePlan of(Daos daos, NewInstance wanted, UUID jobId, SecretSeal seal, Instant now) {
    UserData.check(wanted.userData());
    UUID id = UUID.nameUUIDFromBytes(("instance:" + jobId).getBytes(StandardCharsets.UTF_8));
    ImageRow image =
        Lookup.inField(
            "image",
            "image",
            wanted.image(),
            daos.images()::keep,
            name ->
                daos.images().findByName(name).flatMap(found -> daos.images().keep(found.id())));
    SiteRow site = site(daos, wanted.site());
    HostRow host = host(daos, wanted.host(), site);
    List<PortRow> ports = ports(daos, wanted.networks(), id, jobId);
    if (image.state() != ImageState.AVAILABLE) {
      throw new ProblemException(
          ProblemCode.IMAGE_NOT_AVAILABLE, "Image %s is %s".formatted(image.name(), image.state()));
    }
    InstanceSize size = InstanceSize.of(daos, wanted, image.virtualSizeBytes());
    WantedInstance spec =
        new WantedInstance(
            size.flavor(),
            size.vcpus(),
            size.memoryMiB(),
            size.diskGiB(),
            seal.seal(id, new InstanceSecrets(wanted.sshKeys(), wanted.userData())),
            wanted.guestTimeoutSeconds(),
            null,
            GrowthLimit.of(size.compute(), wanted.maxVcpus(), wanted.maxMemoryMiB()),
            pool(daos, wanted.pool()));
    InstanceRow row =
        new InstanceRow(
            id,
            "default",
            wanted.name(),
            spec,
            image.id(),
            site == null ? null : site.id(),
            host == null ? null : host.id(),
            null,
            null,
            PowerState.UNKNOWN,
            null,
            wanted.labels(),
            List.of(),
            wanted.antiAffinity(),
            Lease.until(wanted.leaseUntil(), now),
            0,
            now);
    return new InstancePlan(row, ports);
  }

  static @Nullable SiteRow site(Daos daos, @Nullable String reference) {
    return reference == null
        ? null
        : Lookup.inField(
            "site", "site", reference, daos.sites()::findById, daos.sites()::findByName);
  }

  static @Nullable HostRow host(Daos daos, @Nullable String reference, @Nullable SiteRow site) {
    if (reference == null) {
      return null;
    }
    HostRow host =
        Lookup.inField("host", "host", reference, daos.hosts()::findById, daos.hosts()::findByName);
    if (site != null && !host.siteId().equals(site.id())) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "host",
          "host: %s is not at site %s".formatted(host.name(), site.name()));
    }
    return host;
  }

  /** One that a host has: any other would be looked for in vain. */
  static @Nullable String pool(Daos daos, @Nullable String pool) {
    if (pool != null && !daos.hosts().hasPool(pool)) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD, "pool", "pool: no host has a pool " + pool);
    }
    return pool;
  }

  static List<PortRow> ports(Daos daos, List<String> networks, UUID id, UUID jobId) {
    List<PortRow> ports = new ArrayList<>();
    for (int i = 0; i < networks.size(); i++) {
      NetworkRow network =
          Lookup.inField(
              "network",
              "networks[" + i + "]",
              networks.get(i),
              daos.networks()::findById,
              daos.networks()::findByName);
      ports.add(new PortRow(id, i, network.id(), MacAddresses.of(jobId, i), null));
    }
    return ports;
  }
}
