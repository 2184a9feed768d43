package io.holdfast.activities.snapshot;

import io.holdfast.activities.libvirt.DomainJob;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LongCall;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.migration.overlay.Freezing;
import io.holdfast.activities.still.Stills;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.temporal.client.ActivityCompletionException;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has libvirt write a guest's memory into a file and put overlays over its disks in the moment that
 * the memory is of. Under KVM the guest runs while its memory goes, and stands still for the rest
 * of it; under emulation it stands still for all of it (ADR 33). libvirt has it go on, also one
 * that was killed meanwhile and comes back.
 */
final class MemorySaving {
  private static final Logger LOG = LoggerFactory.getLogger(MemorySaving.class);
  private static final long LOOK_MILLIS = 50;

  /** virDomainSnapshotCreateFlags: libvirt keeps no snapshot, only its files. */
  private static final int NO_METADATA = 1 << 2;

  private static final int ATOMIC = 1 << 7;
  private static final int LIVE = 1 << 8;

  private final String uri;
  private final HostEvents events;
  private final OurDomains domains;

  /** {@code uri}: of this host's libvirt. */
  MemorySaving(String uri, HostEvents events, OurDomains domains) {
    this.uri = uri;
    this.events = events;
    this.domains = domains;
  }

  /**
   * Answers for how many milliseconds the guest stood still. Fails with SNAPSHOT_UNSUPPORTED when
   * that would be longer than a guest may.
   *
   * @param domain what libvirt says of it
   * @param overlays by the device of their disk; none is there
   */
  long save(InstanceId instance, String domain, Map<String, Path> overlays, Path memory) {
    String xml = Freezing.snapshot(domain, overlays, memory);
    boolean live = !isEmulated(domain);
    int flags = NO_METADATA | ATOMIC | (live ? LIVE : 0);
    try (LongCall call =
        LongCall.begin(
            uri,
            events,
            "memory-" + instance,
            session ->
                session.domain(
                    instance.value(),
                    handle -> {
                      handle.snapshotCreateXML(xml, flags).free();
                      return true;
                    }))) {
      Standing standing = new Standing();
      RuntimeException stop = watch(instance, call, standing, live);
      LibvirtFault fault = call.fault();
      if (stop instanceof ActivityCompletionException || (stop != null && fault != null)) {
        throw stop;
      }
      if (fault != null) {
        throw fault.toFailure("Saving the memory");
      }
      return Math.max(standing.millis(), downtime(instance));
    }
  }

  /** As libvirt tells it, without the overlays: for a pause that was over between two looks. */
  private long downtime(InstanceId instance) {
    return domains
        .find("Reading what it took", instance, (session, domain) -> DomainJob.completed(domain))
        .map(job -> job.number("downtime"))
        .orElse(0L);
  }

  static boolean isEmulated(String domain) {
    return Xml.parse(domain).getDocumentElement().getAttribute("type").equals("qemu");
  }

  /** Returns when the call has ended; why it was to end before, or null. */
  private @Nullable RuntimeException watch(
      InstanceId instance, LongCall call, Standing standing, boolean live) {
    RuntimeException stop = null;
    while (true) {
      long seen = events.count();
      if (call.getAsBoolean()) {
        standing.see(false);
        return stop;
      }
      look(instance, standing, live);
      if (stop == null) {
        stop = refusal(standing);
      }
      if (stop != null) {
        abort(instance); // until it ends: libvirt knows of no job yet, or was asked in vain
      }
      events.await(seen, LOOK_MILLIS);
    }
  }

  private static @Nullable RuntimeException refusal(Standing standing) {
    try {
      Beat.current().check();
    } catch (ActivityCompletionException told) {
      return told;
    }
    return standing.millis() < Stills.LONGEST.toMillis()
        ? null
        : Failures.of(
            FailureType.SNAPSHOT_UNSUPPORTED,
            "The guest stood still for %d s and its memory was not yet written; it goes on"
                .formatted(Stills.LONGEST.toSeconds()));
  }

  /** {@code live}: the guest runs while its memory goes; else libvirt would be asked in vain. */
  private void look(InstanceId instance, Standing standing, boolean live) {
    try {
      domains.find(
          "Looking at the snapshot",
          instance,
          (session, domain) -> {
            standing.see(session.migrations().status(instance.value()).isPaused());
            if (live && !standing.stands() && MemoryRoom.isUsedUp(DomainJob.read(domain))) {
              LOG.info("{} writes faster than its memory is saved; it stands still", instance);
              domain.suspend();
            }
            return true;
          });
    } catch (ApplicationFailure silent) { // the call itself, or the next look, will say
      LOG.debug("{}: {}", instance, silent.getMessage());
    }
  }

  /** Ends what an earlier call has begun; returns once it has ended. */
  void end(InstanceId instance) {
    while (true) {
      long seen = events.count();
      boolean saves =
          domains
              .find("Looking for a snapshot", instance, (s, domain) -> DomainJob.read(domain))
              .filter(DomainJob::isSnapshot)
              .isPresent();
      if (!saves) {
        return;
      }
      abort(instance);
      Beat.current().check();
      events.await(seen, LOOK_MILLIS);
    }
  }

  private void abort(InstanceId instance) {
    try {
      domains.find("Ending the snapshot", instance, (session, domain) -> domain.abortJob());
    } catch (ApplicationFailure refused) { // it is over, or there is no way back
      LOG.debug("{}: the snapshot is not ended: {}", instance, refused.getMessage());
    }
  }

  /** For how long the guest stands still, as seen from here. */
  private static final class Standing {
    private long since;
    private long before;

    void see(boolean still) {
      long now = System.nanoTime();
      if (still && since == 0) {
        since = now;
      } else if (!still && since != 0) {
        before += now - since;
        since = 0;
      }
    }

    boolean stands() {
      return since != 0;
    }

    /** At least 1: it stood still, also when nobody saw it. */
    long millis() {
      long nanos = before + (since == 0 ? 0 : System.nanoTime() - since);
      return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
    }
  }
}
