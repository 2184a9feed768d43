package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PortRow;
import io.holdfast.engine.db.ReservationRow;
import io.holdfast.engine.db.WantedInstance;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.DomainDescription;
import io.holdfast.workflows.model.DomainDescription.Nic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the rows of an instance from its domain, inside a transaction that holds the ledger's
 * lock. Its capacity is claimed whether or not there is room: the guest uses it.
 */
final class Adoption {
  /** {@code hf-<instance name>-<8 of its id>}, as the host worker names domains. */
  private static final Pattern NAME = Pattern.compile("hf-([a-z0-9-]{1,63})-[0-9a-f]{8}");

  private static final long GIB = 1L << 30;
  private static final int GUEST_TIMEOUT_SECONDS = 300;

  private final Daos daos;
  private final JobRow job;
  private final Instant now;

  Adoption(Daos daos, JobRow job, Instant now) {
    this.daos = daos;
    this.job = job;
    this.now = now;
  }

  void adopt(DomainDescription domain) {
    UUID id = domain.id().value();
    HostRow host = Lookups.host(daos, UUID.fromString(job.request().path("host").asText()));
    if (daos.hosts().pools(host.id()).stream().noneMatch(p -> p.name().equals(domain.pool()))) {
      throw refused("pool %s of %s is not known".formatted(domain.pool(), host.name()));
    }
    InstanceRow row = row(domain, host);
    if (daos.instances().tryInsert(row) == 0) {
      throw refused("there is an instance %s".formatted(row.name()));
    }
    daos.reservations()
        .insert(
            new ReservationRow(
                id,
                job.id(),
                host.id(),
                domain.pool(),
                domain.vcpus(),
                domain.memoryMiB(),
                domain.disks().stream().mapToLong(DiskSpec::sizeBytes).sum(),
                now));
    int position = 0;
    for (Nic nic : domain.nics()) {
      insertPort(new PortRow(id, position++, nic.network().value(), nic.mac(), nic.ipv4()));
    }
  }

  private InstanceRow row(DomainDescription domain, HostRow host) {
    Matcher name = NAME.matcher(domain.name());
    if (!name.matches()) {
      throw refused("its name is not one that Holdfast gives: " + domain.name());
    }
    List<Integer> sizes = new ArrayList<>();
    domain.disks().forEach(disk -> sizes.add((int) ((disk.sizeBytes() + GIB - 1) / GIB)));
    return new InstanceRow(
        domain.id().value(),
        "default",
        name.group(1),
        new WantedInstance(
            null,
            domain.vcpus(),
            domain.memoryMiB(),
            sizes,
            null,
            GUEST_TIMEOUT_SECONDS,
            null,
            domain.limit(),
            null),
        UUID.fromString(job.request().path("image").asText()),
        null,
        null,
        host.id(),
        domain.pool(),
        domain.power(),
        now,
        Map.of(),
        domain.nics().stream().map(Nic::ipv4).toList(),
        null,
        null,
        0,
        now);
  }

  private void insertPort(PortRow port) {
    if (daos.networks().findById(port.networkId()).isEmpty()) {
      throw refused("its network %s is not known".formatted(port.networkId()));
    }
    if (daos.instances().addressesIn(port.networkId()).contains(String.valueOf(port.ipv4()))) {
      throw refused("its address %s is another instance's".formatted(port.ipv4()));
    }
    if (daos.instances().tryInsertPort(port) == 0) {
      throw refused("its MAC %s is another instance's".formatted(port.mac()));
    }
  }

  private static RuntimeException refused(String why) {
    return Failures.of(
        FailureType.ORPHAN_NOT_ADOPTABLE, "The ledger has no room for it", List.of(why));
  }
}
