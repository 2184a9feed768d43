package io.holdfast.activities.domain;

import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.worker.Beat;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.DomainSizeActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.GrownDomain;
import io.holdfast.workflows.model.InstanceId;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.w3c.dom.Document;

/**
 * See {@link DomainSizeActivities}. Of the description of a domain's next start only the size is
 * written anew: whatever else stands there (volumes, addresses) stays. What a guest might get later
 * takes nothing from the host until it is plugged, so it is not claimed before.
 */
@SuppressWarnings("try") // a lock is held, not used
public final class LibvirtDomainSize implements DomainSizeActivities {
  private static final int XML_INACTIVE = 2;
  private static final long LOOK_MILLIS = 500;

  /** A guest takes a moment to notice what was plugged, or asked back. */
  private static final int GUEST_SECONDS = 15;

  private final LibvirtConnection libvirt;
  private final HostEvents events;
  private final KeyedLocks locks;

  /** {@code locks}: one lock an instance, shared with its domain's activities. */
  public LibvirtDomainSize(LibvirtConnection libvirt, HostEvents events, KeyedLocks locks) {
    this.libvirt = libvirt;
    this.events = events;
    this.locks = locks;
  }

  @Override
  public void resizeDomain(InstanceId instance, ComputeSize size, @Nullable ComputeSize limit) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      if (!setNext(instance, size, limit == null ? size : limit)) {
        throw missing(instance);
      }
    }
  }

  @Override
  public GrownDomain growDomain(InstanceId instance, ComputeSize size) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      boolean runs =
          ours("Growing the domain", instance, (session, domain) -> RunningSize.grow(domain, size))
              .orElseThrow(() -> missing(instance));
      ComputeSize live = size(instance).orElseThrow(() -> missing(instance));
      if (runs && !live.equals(size)) {
        throw differs(size, live);
      }
      if (!setNext(instance, size, null)) {
        throw missing(instance);
      }
      GuestSize guest = awaitGuest(instance, size);
      return new GrownDomain(
          libvirt.call("Reading the domain's state", session -> session.state(instance.value())),
          guest.vcpus(),
          guest.memoryMiB());
    }
  }

  @Override
  public ComputeSize shrinkDomain(InstanceId instance, ComputeSize before) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      boolean runs =
          ours(
                  "Shrinking the domain",
                  instance,
                  (session, domain) -> RunningSize.askBack(domain, before))
              .orElse(false);
      ComputeSize kept = runs ? awaitRelease(instance, before) : before;
      return setNext(instance, kept, null) ? kept : before;
    }
  }

  /** Its agent is asked again until the guest has noticed everything. */
  private GuestSize awaitGuest(InstanceId instance, ComputeSize size) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GUEST_SECONDS);
    while (true) {
      long seen = events.count();
      GuestSize guest =
          ours("Asking the guest", instance, (session, domain) -> GuestSize.takeIn(domain))
              .orElseThrow(() -> missing(instance));
      if (guest.isAtLeast(size.vcpus(), size.memoryMiB()) || System.nanoTime() >= deadline) {
        return guest;
      }
      Beat.current().check();
      events.await(seen, LOOK_MILLIS);
    }
  }

  private ComputeSize awaitRelease(InstanceId instance, ComputeSize before) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GUEST_SECONDS);
    while (true) {
      long seen = events.count();
      ComputeSize now = size(instance).orElse(before);
      if (now.equals(before) || System.nanoTime() >= deadline) {
        return now;
      }
      Beat.current().check();
      events.await(seen, LOOK_MILLIS);
    }
  }

  /**
   * Writes the size of the next start, and reads it back. Without a limit the one that stands there
   * is kept. False when there is no domain of ours.
   */
  private boolean setNext(InstanceId instance, ComputeSize size, @Nullable ComputeSize limit) {
    Optional<ComputeSize> found =
        ours(
            "Resizing the domain",
            instance,
            (session, domain) -> {
              Document config = Xml.parse(domain.getXMLDesc(XML_INACTIVE));
              DomainSizeXml.set(config, size, limit == null ? DomainSizeXml.limit(config) : limit);
              session.connect().domainDefineXML(Xml.write(config)).free();
              return DomainSizeXml.size(Xml.parse(domain.getXMLDesc(XML_INACTIVE)));
            });
    if (found.isPresent() && !found.get().equals(size)) {
      throw differs(size, found.get());
    }
    return found.isPresent();
  }

  private Optional<ComputeSize> size(InstanceId instance) {
    return ours("Reading the size", instance, (session, domain) -> RunningSize.read(domain));
  }

  private <T> Optional<T> ours(String what, InstanceId instance, OnDomain<T> call) {
    return libvirt.call(
        what,
        session ->
            session
                .domain(
                    instance.value(),
                    domain ->
                        Ownership.isOurs(domain)
                            ? Optional.of(call.on(session, domain))
                            : Optional.<T>empty())
                .flatMap(found -> found));
  }

  private static RuntimeException differs(ComputeSize asked, ComputeSize found) {
    return Failures.of(
        FailureType.LIBVIRT_REFUSED, "libvirt took %s but has %s".formatted(asked, found));
  }

  private static RuntimeException missing(InstanceId instance) {
    return Failures.of(FailureType.NOT_FOUND, "This host has no domain for " + instance);
  }

  @FunctionalInterface
  private interface OnDomain<T> {
    T on(LibvirtSession session, Domain domain) throws LibvirtException, LibvirtFault;
  }
}
