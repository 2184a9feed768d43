package io.holdfast.activities.snapshot;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.activities.domain.DomainAgent;
import io.holdfast.activities.domain.DomainNames;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LongCall;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.model.DomainStatus;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.WokenGuest;
import io.temporal.client.ActivityCompletionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has guests go on from a snapshot's memory. Memory fits the disks of its own moment alone: so the
 * guest is filled while it stands still, a mark is made durable, and only then it runs. One that is
 * found off behind that mark may have written to its disks, and gets the snapshot's anew.
 */
final class Waking {
  private static final Logger LOG = LoggerFactory.getLogger(Waking.class);
  private static final long LOOK_MILLIS = 250;
  private static final int PING_SECONDS = 1;
  private static final int CLOCK_SECONDS = 5;

  /** The agent was there when the memory was taken; its channel comes up again within moments. */
  private static final long AGENT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final String uri;
  private final LibvirtConnection libvirt;
  private final HostEvents events;
  private final OurDomains domains;
  private final SnapshotDomains disks;
  private final OwnershipBook ownership;
  private final Restores restores;

  Waking(
      String uri,
      LibvirtConnection libvirt,
      HostEvents events,
      OwnershipBook ownership,
      Restores restores) {
    this.uri = uri;
    this.libvirt = libvirt;
    this.events = events;
    this.ownership = ownership;
    this.restores = restores;
    domains = new OurDomains(libvirt);
    disks = new SnapshotDomains(domains);
  }

  /** The caller holds the instance's lock. */
  WokenGuest wake(SnapshotFiles files, SnapshotSpec snapshot) throws IOException {
    InstanceId instance = snapshot.instance();
    Path woken = SnapshotNames.woken(files.folder(), snapshot.id(), instance);
    PowerState state = state(instance);
    if (state != PowerState.RUNNING && !(state == PowerState.PAUSED && PoolFiles.exists(woken))) {
      destroy(instance); // a call that was cut has filled it by a part
      if (PoolFiles.exists(woken)) {
        restores.restore(files, snapshot, disks.off(instance));
        Files.delete(woken);
        PoolFiles.syncFolder(woken);
      }
      ownership.require(instance);
      fill(files, snapshot);
      Files.createFile(woken);
      PoolFiles.syncFolder(woken);
      state = PowerState.PAUSED;
    }
    if (state == PowerState.PAUSED) {
      ownership.require(instance); // minutes may have gone by, and libvirt asks nobody for this
      domains.require("Letting the guest go on", instance, (session, domain) -> resume(domain));
    }
    boolean clockSet = setClock(instance);
    return new WokenGuest(new DomainStatus(instance, state(instance)), clockSet);
  }

  private static boolean resume(Domain domain) throws LibvirtException {
    domain.resume();
    return true;
  }

  private PowerState state(InstanceId instance) {
    return domains.require(
        "Reading the domain's state",
        instance,
        (session, domain) -> session.state(instance.value()));
  }

  private void fill(SnapshotFiles files, SnapshotSpec snapshot) throws IOException {
    InstanceId instance = snapshot.instance();
    Path memory = files.requireMemory(snapshot);
    String saved =
        libvirt.call(
            "Reading what the guest was", session -> session.memoryImages().describe(memory));
    String xml = MemoryXml.render(saved, instance, files.folder(), DomainNames.CONSOLES);
    try (LongCall call =
        LongCall.begin(
            uri,
            events,
            "waking-" + instance,
            session -> {
              session.memoryImages().restore(memory, xml);
              return true;
            })) {
      await(call, instance);
      LibvirtFault fault = call.fault();
      if (fault != null) {
        throw fault.toFailure("Filling the guest with its memory");
      }
    }
  }

  /** A cancel ends the guest that is being filled first. */
  private void await(LongCall call, InstanceId instance) {
    ActivityCompletionException cancel = null;
    while (true) {
      long seen = events.count();
      if (call.getAsBoolean()) {
        if (cancel != null) {
          throw cancel;
        }
        return;
      }
      try {
        Beat.current().check();
      } catch (ActivityCompletionException told) {
        cancel = told;
        destroy(instance);
      }
      events.await(seen, LOOK_MILLIS);
    }
  }

  private void destroy(InstanceId instance) {
    domains.find(
        "Stopping the domain",
        instance,
        (session, domain) -> {
          try {
            if (domain.isActive() == 1) {
              domain.destroy();
            }
          } catch (LibvirtException refused) {
            if (domain.isActive() == 1) {
              throw refused;
            }
          }
          return true;
        });
  }

  /** False when no agent does it: what the guest does about its clock is its own then. */
  private boolean setClock(InstanceId instance) {
    long deadline = System.nanoTime() + AGENT_NANOS;
    while (System.nanoTime() - deadline < 0) {
      long seen = events.count();
      if (domains.require("Setting the clock", instance, (s, domain) -> answers(domain))) {
        return domains.require(
            "Setting the clock", instance, (session, domain) -> setClock(domain));
      }
      Beat.current().check();
      events.await(seen, LOOK_MILLIS);
    }
    return false;
  }

  private static boolean answers(Domain domain) {
    return DomainAgent.answers(domain, PING_SECONDS);
  }

  private static boolean setClock(Domain domain) throws LibvirtException {
    long now = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    try {
      DomainAgent.ask(
          domain,
          "guest-set-time",
          JsonNodeFactory.instance.objectNode().put("time", now),
          CLOCK_SECONDS);
      return true;
    } catch (LibvirtException refused) {
      LOG.info("{}: its agent does not set its clock: {}", domain.getName(), refused.getMessage());
      return false;
    }
  }
}
