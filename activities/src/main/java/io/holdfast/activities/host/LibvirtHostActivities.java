package io.holdfast.activities.host;

import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.activity.HostActivities;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.model.PowerState;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Describes the host, and tells when its domains changed. */
public final class LibvirtHostActivities implements HostActivities {
  /** Events may be lost when libvirtd restarts, so the host is also looked at by the clock. */
  private static final long LOOK_MILLIS = 2_000;

  /** A change is told when this long nothing followed it: a reboot is one change, not four. */
  private static final long QUIET_MILLIS = 1_000;

  private final LibvirtConnection libvirt;
  private final HostEvents events;
  private final HostDescription description;

  public LibvirtHostActivities(
      LibvirtConnection libvirt, HostEvents events, HostDescription description) {
    this.libvirt = libvirt;
    this.events = events;
    this.description = description;
  }

  @Override
  public HostFacts discoverHost() {
    return description.read();
  }

  @Override
  public HostObservation observeHost(HostObservation known, int maxWaitSeconds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(maxWaitSeconds);
    Beat beat = Beat.current();
    while (true) {
      long seen = events.count();
      Map<UUID, PowerState> domains =
          libvirt.call("Listing the domains", session -> session.domains());
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      boolean changed = !domains.equals(known.domains());
      long quiet = events.quietMillis();
      if (left <= 0 || beat.leaving() || (changed && quiet >= QUIET_MILLIS)) {
        return new HostObservation(domains);
      }
      beat.check();
      long pause = changed ? QUIET_MILLIS - quiet : LOOK_MILLIS;
      events.await(seen, Math.min(left, Math.max(1, pause)));
    }
  }
}
