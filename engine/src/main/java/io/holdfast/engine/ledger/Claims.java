package io.holdfast.engine.ledger;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PortRow;
import io.holdfast.engine.db.PortView;
import io.holdfast.engine.db.ReservationRow;
import io.holdfast.engine.db.ReservedRow;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.placement.AddressPlanner;
import io.holdfast.engine.placement.HostCapacity;
import io.holdfast.engine.placement.MigrationPlanner;
import io.holdfast.engine.placement.MigrationPlanner.Hypervisor;
import io.holdfast.engine.placement.PlacementPlan;
import io.holdfast.engine.placement.PlacementPlanner;
import io.holdfast.engine.placement.PlacementRequest;
import io.holdfast.engine.placement.PlanText;
import io.holdfast.engine.placement.PoolCapacity;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostFacts;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Claims capacity and addresses inside a transaction that holds the ledger's lock. */
final class Claims {
  private static final int ALL = Integer.MAX_VALUE;

  private final Daos daos;
  private final boolean regardlessOfUse;

  Claims(Daos daos) {
    this(daos, false);
  }

  private Claims(Daos daos, boolean regardlessOfUse) {
    this.daos = daos;
    this.regardlessOfUse = regardlessOfUse;
  }

  /**
   * For what has had its place before others took the room: what was lost and is made again of what
   * lies there, and a move that was planned. A pool that is nearly full is better than none then.
   */
  static Claims regardlessOfUse(Daos daos) {
    return new Claims(daos, true);
  }

  PlacementPlan plan(InstanceRow instance) {
    boolean kept = instance.spec().restored() != null;
    return PlacementPlanner.plan(
        request(instance), (kept ? regardlessOfUse(daos) : this).capacities());
  }

  /**
   * Where an instance that is on {@code source} may go; {@code host} and {@code site}: asked for.
   */
  PlacementPlan planMigration(
      InstanceRow instance, UUID source, @Nullable UUID host, @Nullable UUID site) {
    return MigrationPlanner.plan(
        request(instance, host, site), source, hypervisors(), capacities());
  }

  /**
   * What an instance needs that goes elsewhere with its volumes and snapshots, whatever was asked
   * for when it was made.
   */
  PlacementRequest request(InstanceRow instance, @Nullable UUID host, @Nullable UUID site) {
    PlacementRequest size = request(instance);
    long volumeBytes =
        daos.volumes().attachedTo(List.of(instance.id())).stream()
            .mapToLong(VolumeRow::sizeBytes)
            .sum();
    long snapshotBytes =
        daos.snapshots().ofInstance(instance.id()).stream()
            .map(SnapshotRow::claimedBytes)
            .filter(Objects::nonNull)
            .mapToLong(Long::longValue)
            .sum();
    return new PlacementRequest(
        size.vcpus(),
        size.memoryMiB(),
        size.diskBytes() + volumeBytes + snapshotBytes,
        site,
        host,
        size.apart(),
        null,
        SharedDisks.of(daos, instance).storage());
  }

  /** By host; one that was never discovered has none. */
  Map<UUID, Hypervisor> hypervisors() {
    Map<UUID, Hypervisor> hypervisors = new HashMap<>();
    for (HostRow row : daos.hosts().list(PageRequest.first(ALL), null)) {
      HostFacts facts = row.facts();
      if (facts != null) {
        hypervisors.put(row.id(), new Hypervisor(facts.domainType(), facts.qemuVersion()));
      }
    }
    return hypervisors;
  }

  /** By a plan of this transaction. Fails with QUOTA_EXCEEDED, NO_CAPACITY or NO_ADDRESS. */
  ReservationRow claim(UUID job, InstanceRow instance, PlacementPlan plan, Instant now) {
    new Quotas(daos).claim(instance);
    PlacementRequest request = request(instance);
    PlacementPlan.Choice choice = plan.chosen().orElseThrow(() -> noCapacity(request, plan));
    ReservationRow claim =
        new ReservationRow(
            instance.id(),
            job,
            choice.host(),
            choice.pool(),
            request.vcpus(),
            request.memoryMiB(),
            request.diskBytes(),
            now);
    daos.reservations().insert(claim);
    daos.instances().setPlace(instance.id(), choice.host(), choice.pool());
    claimAddresses(instance.id());
    return claim;
  }

  private void claimAddresses(UUID instance) {
    for (PortView view : daos.instances().ports(instance)) {
      PortRow port = view.port();
      if (port.ipv4() != null) {
        continue; // kept from an attempt that was released
      }
      List<String> taken = daos.instances().addressesIn(port.networkId());
      String address =
          AddressPlanner.firstFree(view.networkCidr(), taken)
              .orElseThrow(
                  () ->
                      Failures.of(
                          FailureType.NO_ADDRESS,
                          "Network %s (%s) has no address left: %d are in use"
                              .formatted(view.networkName(), view.networkCidr(), taken.size())));
      daos.instances().setAddress(instance, port.position(), address);
    }
  }

  /** One host, also one that takes nothing new. */
  HostCapacity capacity(UUID host) {
    return capacities().stream()
        .filter(candidate -> candidate.id().equals(host))
        .findFirst()
        .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "There is no host " + host));
  }

  List<HostCapacity> capacities() {
    List<ReservedRow> sums = daos.reservations().sums();
    PoolRooms rooms = PoolRooms.of(daos, sums);
    Map<UUID, List<ReservedRow>> reserved = sums.stream().collect(groupingBy(ReservedRow::hostId));
    return daos.hosts().list(PageRequest.first(ALL), null).stream()
        .map(
            host ->
                capacity(host, rooms.of(host.id()), reserved.getOrDefault(host.id(), List.of())))
        .map(host -> regardlessOfUse ? host.regardlessOfUse() : host)
        .toList();
  }

  private HostCapacity capacity(
      HostRow host, List<PoolCapacity> pools, List<ReservedRow> reserved) {
    return new HostCapacity(
        host.id(),
        host.name(),
        host.siteId(),
        state(host.state()),
        host.unreachableSince() == null,
        host.cpus(),
        host.memoryMiB(),
        reserved.stream().mapToLong(ReservedRow::vcpus).sum(),
        reserved.stream().mapToLong(ReservedRow::memoryMiB).sum(),
        pools,
        0,
        daos.placement().vcpusPerCpu());
  }

  private static HostCapacity.State state(HostState state) {
    return switch (state) {
      case REGISTERED -> HostCapacity.State.REGISTERED;
      case ACTIVE -> HostCapacity.State.ACTIVE;
      case MAINTENANCE -> HostCapacity.State.MAINTENANCE;
    };
  }

  private PlacementRequest request(InstanceRow instance) {
    long diskBytes =
        instance.spec().diskGiB().stream().mapToLong(gib -> InstanceSpecs.bytes(gib)).sum();
    return new PlacementRequest(
        instance.spec().vcpus(),
        instance.spec().memoryMiB(),
        diskBytes,
        instance.siteId(),
        instance.wantedHost(),
        apart(instance),
        instance.spec().pool(),
        null);
  }

  /** Read under the ledger's lock, so that two of a group that come at once see each other. */
  private Map<UUID, String> apart(InstanceRow instance) {
    String group = instance.antiAffinity();
    return group == null
        ? Map.of()
        : daos.instances().placedOfGroup(instance.project(), group).stream()
            .filter(other -> !other.id().equals(instance.id()))
            .collect(toMap(other -> Objects.requireNonNull(other.hostId()), InstanceRow::name));
  }

  static RuntimeException noCapacity(PlacementRequest request, PlacementPlan plan) {
    return Failures.of(
        FailureType.NO_CAPACITY,
        "No host has room for " + PlanText.needs(request),
        PlanText.refusals(plan));
  }
}
