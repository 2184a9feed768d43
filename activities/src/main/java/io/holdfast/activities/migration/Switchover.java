package io.holdfast.activities.migration;

import io.holdfast.activities.libvirt.DomainJob;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LongCall;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.migration.overlay.MoveLimits;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationSide;
import io.holdfast.workflows.model.SwitchOrder;
import io.holdfast.workflows.model.SwitchedOver;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.libvirt.TypedParameter;

/** Live migrations at their source: begun, or found under way, and seen to their end. */
final class Switchover {
  private static final int TRIES = 50;
  private static final long PAUSE_MILLIS = 200;

  private final String uri;
  private final HostEvents events;
  private final OurDomains domains;
  private final Sides sides;
  private final MoveLimits limits;
  private final OwnershipBook ownership;

  /**
   * Wires it.
   *
   * @param uri of this host's libvirt
   * @param events of this host
   * @param limits that may change while one runs
   * @param ownership of this host
   */
  Switchover(
      String uri,
      HostEvents events,
      OurDomains domains,
      Sides sides,
      MoveLimits limits,
      OwnershipBook ownership) {
    this.uri = uri;
    this.events = events;
    this.domains = domains;
    this.sides = sides;
    this.limits = limits;
    this.ownership = ownership;
  }

  /** The caller holds the instance's lock. */
  SwitchedOver run(SwitchOrder order) {
    InstanceId instance = order.instance().id();
    MigrationSide side = sides.read(instance);
    try (Arrival arrival = new Arrival(instance, order.target().libvirtUri(), ownership)) {
      return switch (side) {
        case RUNNING -> begin(order, arrival);
        case LEAVING -> follow(order, arrival);
        case BROKEN -> goOn(order, arrival);
        case HANDED_OVER -> finish(order, arrival, 0);
        default ->
            throw Failures.of(
                FailureType.MIGRATION_FAILED, "The guest cannot leave: its host says " + side);
      };
    }
  }

  private SwitchedOver begin(SwitchOrder order, Arrival arrival) {
    InstanceId instance = order.instance().id();
    domains.require(
        "Looking for a round",
        instance,
        (session, domain) -> {
          DomainJob.requireNoRound(domain, instance);
          return true;
        });
    arrival.open();
    MigrationLimits now = limits.of(instance, order.instance().job(), order.limits());
    SwitchParameters how =
        domains.require(
            "Describing the domain for its target",
            instance,
            (session, domain) -> {
              Pace.set(session, domain, instance, now);
              return SwitchParameters.of(domain, order, now);
            });
    return depart(order, arrival, passage(order, arrival, now), how);
  }

  /** A post-copy that broke off: the guest stands half here and half at the target. */
  private SwitchedOver goOn(SwitchOrder order, Arrival arrival) {
    arrival.open();
    SwitchParameters how =
        domains.require(
            "Describing the domain for its target",
            order.instance().id(),
            (session, domain) -> SwitchParameters.of(domain, order, order.limits()).resuming());
    Passage passage = passage(order, arrival, null);
    passage.beganByPostCopy();
    return depart(order, arrival, passage, how);
  }

  private SwitchedOver depart(
      SwitchOrder order, Arrival arrival, Passage passage, SwitchParameters how) {
    InstanceId instance = order.instance().id();
    try (LongCall departure = depart(instance, order.target().libvirtUri(), how)) {
      passage.watch(departure);
      LibvirtFault fault = departure.fault();
      if (fault == null) {
        return finish(order, arrival, passage.downtimeMillis());
      }
      return judge(order, arrival, passage, Optional.of(fault));
    }
  }

  private LongCall depart(InstanceId instance, String target, SwitchParameters how) {
    return LongCall.begin(
        uri,
        events,
        "departure-" + instance,
        session ->
            session.domain(
                instance.value(),
                domain ->
                    domain.migrateToURI(
                        target, how.parameters().toArray(TypedParameter[]::new), how.flags())));
  }

  /** One that an earlier call began. */
  private SwitchedOver follow(SwitchOrder order, Arrival arrival) {
    InstanceId instance = order.instance().id();
    arrival.open();
    BooleanSupplier over = () -> sides.read(instance) != MigrationSide.LEAVING;
    Passage passage = passage(order, arrival, null);
    passage.watch(over);
    return judge(order, arrival, passage, Optional.empty());
  }

  /** What the call answered was no success: the source's state tells what became of it. */
  private SwitchedOver judge(
      SwitchOrder order, Arrival arrival, Passage passage, Optional<LibvirtFault> fault) {
    if (fault.isPresent() && fault.get().isUnavailable()) {
      throw fault.get().toFailure("Switching over");
    }
    MigrationSide side = sides.read(order.instance().id());
    if (side == MigrationSide.HANDED_OVER) {
      return finish(order, arrival, passage.downtimeMillis());
    }
    passage.throwEnding();
    throw Failures.of(
        FailureType.MIGRATION_FAILED,
        "The switchover did not succeed; the source says " + side,
        fault.map(words -> List.of(String.valueOf(words.getMessage()))).orElse(List.of()));
  }

  /**
   * The source has given the guest away; now it must run at the target. A cancel comes too late.
   */
  private SwitchedOver finish(SwitchOrder order, Arrival arrival, long downtimeMillis) {
    for (int attempt = 1; !arrival.letGo(); attempt++) {
      if (attempt == TRIES) {
        throw Failures.of(
            FailureType.MIGRATION_FAILED, "The guest was handed over, but does not run there yet");
      }
      events.await(events.count(), PAUSE_MILLIS);
    }
    DomainJob job =
        domains
            .find(
                "Reading what the migration came to",
                order.instance().id(),
                (session, domain) -> DomainJob.completed(domain))
            .orElse(DomainJob.NONE);
    return new SwitchedOver(
        job.number("time_elapsed"),
        Math.max(downtimeMillis, job.number("downtime")),
        job.number("memory_processed"),
        job.number("disk_processed"),
        job.number("memory_iteration"));
  }

  /** {@code set}: the limits that libvirt was told; null when an earlier call told it. */
  private Passage passage(SwitchOrder order, Arrival arrival, @Nullable MigrationLimits set) {
    InstanceId instance = order.instance().id();
    String name = domains.require("Reading the domain's name", instance, (s, d) -> d.getName());
    Pace pace = new Pace(order, domains, limits, set);
    return new Passage(
        order, domains, events, arrival, pace, GuestProcess.of(name, instance.toString()));
  }
}
