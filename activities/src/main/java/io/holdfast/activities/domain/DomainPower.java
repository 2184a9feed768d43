package io.holdfast.activities.domain;

import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.PowerState;
import java.util.concurrent.TimeUnit;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns domains on and off, and reads back what came of it. Callers hold the instance's lock. */
public final class DomainPower {
  private static final Logger LOG = LoggerFactory.getLogger(DomainPower.class);
  private static final long LOOK_MILLIS = 500;
  private static final int PING_SECONDS = 1;

  private final LibvirtConnection libvirt;
  private final HostEvents events;
  private final OwnershipBook ownership;
  private final DiskReaders readers;

  /**
   * Wires it.
   *
   * @param ownership asked before anything is started
   * @param readers of disks, who keep no guest from its start
   */
  public DomainPower(
      LibvirtConnection libvirt, HostEvents events, OwnershipBook ownership, DiskReaders readers) {
    this.libvirt = libvirt;
    this.events = events;
    this.ownership = ownership;
    this.readers = readers;
  }

  /**
   * Starts the domain unless it runs, resumes it when it was paused. Fails with NOT_FOUND,
   * OWNERSHIP_LOST, OWNERSHIP_UNCONFIRMED.
   */
  PowerState on(InstanceId instance) {
    try {
      return libvirt.attempt(session -> start(session, instance));
    } catch (LibvirtFault refused) {
      if (!refused.says("network") || !refused.says("is not active")) {
        throw refused.toFailure("Starting the domain");
      }
    }
    return libvirt.call(
        "Starting the domain",
        session -> {
          session.domain(instance.value(), domain -> activateNetworks(session, domain));
          return start(session, instance);
        });
  }

  /** Pulls the plug at once. */
  PowerState off(InstanceId instance) {
    return off(instance, 0);
  }

  /**
   * Asks the guest to shut down and pulls the plug when it has not within the time; a domain that
   * is off or absent is left as it is.
   */
  PowerState off(InstanceId instance, int graceSeconds) {
    if (graceSeconds > 0 && isUp(ourState(instance))) {
      PowerState state = askAndWait(instance, graceSeconds);
      if (!isUp(state)) {
        return state;
      }
      LOG.info("{} did not shut down within {} s; pulling the plug", instance, graceSeconds);
    }
    return libvirt.call(
        "Stopping the domain",
        session -> {
          session.domain(instance.value(), DomainPower::destroy);
          return ourState(session, instance);
        });
  }

  /** Only asks, and fails with GUEST_KEEPS_RUNNING; a domain that is off or absent stays so. */
  PowerState shutDown(InstanceId instance, int graceSeconds) {
    PowerState state = ourState(instance);
    if (isUp(state)) {
      state = askAndWait(instance, graceSeconds);
    }
    if (isUp(state)) {
      throw Failures.of(
          FailureType.GUEST_KEEPS_RUNNING,
          "The guest was asked to shut down, and had not within %d s; its plug was not pulled"
              .formatted(graceSeconds));
    }
    return state;
  }

  private PowerState askAndWait(InstanceId instance, int graceSeconds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(graceSeconds);
    ask(instance);
    return waitUntilDown(instance, deadline);
  }

  /** What the domain is now. */
  PowerState state(InstanceId instance) {
    return ourState(instance);
  }

  /** Lets a guest that runs stand still; nothing of it is lost. */
  void pause(InstanceId instance) {
    libvirt.call(
        "Pausing the domain",
        session ->
            session.domain(
                instance.value(), domain -> LiveChange.whileItRuns(domain, domain::suspend)));
  }

  private PowerState start(LibvirtSession session, InstanceId instance)
      throws LibvirtException, LibvirtFault {
    PowerState before = ourState(session, instance);
    if (before == PowerState.MISSING) {
      throw Failures.of(FailureType.NOT_FOUND, "This host has no domain for " + instance);
    }
    if (before == PowerState.RUNNING) {
      return before;
    }
    ownership.require(instance);
    if (before != PowerState.PAUSED) {
      readers.end(instance);
    }
    session.domain(
        instance.value(),
        domain -> (before == PowerState.PAUSED && resume(domain)) || create(domain));
    return session.state(instance.value());
  }

  /**
   * False when it went down instead: a libvirtd that died while it started a domain leaves it
   * paused, and the next libvirtd shows it for a moment and then ends it.
   */
  private static boolean resume(Domain domain) throws LibvirtException {
    try {
      domain.resume();
      return true;
    } catch (LibvirtException refused) {
      if (domain.isActive() == 1) {
        throw refused;
      }
      return false;
    }
  }

  private static boolean create(Domain domain) throws LibvirtException {
    try {
      domain.create();
      return true;
    } catch (LibvirtException refused) {
      if (domain.isActive() == 1) {
        return false; // somebody was faster
      }
      throw refused;
    }
  }

  private static boolean destroy(Domain domain) throws LibvirtException {
    if (!Ownership.isOurs(domain) || domain.isActive() != 1) {
      return false;
    }
    try {
      domain.destroy();
      return true;
    } catch (LibvirtException refused) {
      if (domain.isActive() == 1) {
        throw refused;
      }
      return false; // it went by itself
    }
  }

  /** By the agent when it answers, which every guest obeys; else by the power button. */
  private void ask(InstanceId instance) {
    try {
      boolean agent =
          libvirt.attempt(
              session ->
                  session
                      .domain(instance.value(), domain -> DomainAgent.answers(domain, PING_SECONDS))
                      .orElse(false));
      libvirt.attempt(
          session -> {
            session.shutdown(instance.value(), agent);
            return true;
          });
    } catch (LibvirtFault refused) {
      LOG.info("{} cannot be asked to shut down: {}", instance, refused.getMessage());
    }
  }

  private PowerState waitUntilDown(InstanceId instance, long deadline) {
    while (true) {
      long seen = events.count();
      PowerState state = ourState(instance);
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (!isUp(state) || left <= 0) {
        return state;
      }
      Beat.current().check();
      events.await(seen, Math.min(left, LOOK_MILLIS));
    }
  }

  private PowerState ourState(InstanceId instance) {
    return libvirt.call("Reading the domain's state", session -> ourState(session, instance));
  }

  private static PowerState ourState(LibvirtSession session, InstanceId instance)
      throws LibvirtException, LibvirtFault {
    return session.domain(instance.value(), Ownership::isOurs).orElse(false)
        ? session.state(instance.value())
        : PowerState.MISSING;
  }

  private static boolean isUp(PowerState state) {
    return state == PowerState.RUNNING || state == PowerState.PAUSED;
  }

  /** Networks start with the host; this is for one that somebody stopped since. */
  private static boolean activateNetworks(LibvirtSession session, Domain domain)
      throws LibvirtException {
    for (var source : Xml.elements(Xml.parse(domain.getXMLDesc(0)), "source")) {
      String name = source.getAttribute("network");
      if (!name.isEmpty()) {
        var network = session.connect().networkLookupByName(name);
        try {
          if (network.isActive() != 1) {
            network.create();
          }
        } finally {
          network.free();
        }
      }
    }
    return true;
  }
}
