package io.holdfast.activities.migration.overlay;

import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guests that QEMU has stopped because a disk of theirs has no room for what they write. With room
 * they go on where they were; without any they stop again at once. Whoever calls holds the
 * instance's lock.
 */
public final class FullDisks {
  private static final Logger LOG = LoggerFactory.getLogger(FullDisks.class);
  private static final long WATCHED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LOOK_MILLIS = 100;

  private final OurDomains domains;
  private final HostEvents events;
  private final OwnershipBook ownership;

  public FullDisks(OurDomains domains, HostEvents events, OwnershipBook ownership) {
    this.domains = domains;
    this.events = events;
    this.ownership = ownership;
  }

  /** Has such a guest go on, once room was made. Any other is left, and so is one that was lost. */
  void letGoOn(InstanceId instance) {
    if (!stopped(instance) || ownership.isLost(instance)) {
      return;
    }
    ownership.require(instance);
    LOG.info("{} stood still since its disk was full, and goes on", instance);
    domains.find(
        "Letting the guest go on",
        instance,
        (session, domain) -> {
          domain.resume();
          return true;
        });
  }

  /** Of a guest that was let go on just now. Fails with STORAGE_FULL when it is stopped again. */
  public void requireRoom(InstanceId instance) {
    long until = System.nanoTime() + WATCHED_NANOS;
    while (System.nanoTime() - until < 0) {
      long seen = events.count();
      if (stopped(instance)) {
        throw Failures.of(
            FailureType.STORAGE_FULL,
            "The guest stands still here: its disk failed (I/O error)",
            List.of("Make room where its disks are: " + left(instance)));
      }
      events.await(seen, LOOK_MILLIS);
    }
  }

  private boolean stopped(InstanceId instance) {
    return domains
        .find(
            "Reading the domain's state",
            instance,
            (session, domain) -> session.migrations().status(instance.value()).isStoppedByDisk())
        .orElse(false);
  }

  private String left(InstanceId instance) {
    TreeSet<String> pools = new TreeSet<>();
    for (SourceDisk disk :
        domains.require(
            "Reading the domain's disks",
            instance,
            (session, domain) -> SourceDisk.overlaid(domain.getXMLDesc(0), instance))) {
      pools.add(left(Objects.requireNonNull(disk.path().getParent(), disk.file())));
    }
    return String.join(", ", pools);
  }

  private static String left(Path pool) {
    try {
      return "%s has %d MiB left".formatted(pool, Files.getFileStore(pool).getUsableSpace() >> 20);
    } catch (IOException unreadable) {
      return pool + " cannot be read: " + unreadable.getMessage();
    }
  }
}
