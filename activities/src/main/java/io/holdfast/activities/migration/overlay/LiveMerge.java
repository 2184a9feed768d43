package io.holdfast.activities.migration.overlay;

import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import java.util.List;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.w3c.dom.Element;

/**
 * Merges overlays under a guest that runs, by QEMU's active commit: what is above the disk is
 * written into it while the guest writes on, and then the guest has the disk. Each look says what
 * is missing next, so that what an earlier call began is taken up where it is.
 */
final class LiveMerge {
  private static final int ACTIVE = 4; // virDomainBlockCommitFlags
  private static final int PIVOT = 2; // virDomainBlockJobAbortFlags
  private static final long LOOK_MILLIS = 50;
  private static final int TRIES = 3;

  private final OurDomains domains;
  private final HostEvents events;

  LiveMerge(OurDomains domains, HostEvents events) {
    this.domains = domains;
    this.events = events;
  }

  /** False when the guest is off, also when it went off meanwhile. Fails with LIBVIRT_REFUSED. */
  boolean merge(InstanceId instance, String disk) {
    int begun = 0;
    while (true) {
      long seen = events.count();
      Next done =
          domains
              .find(
                  "Merging the overlays", instance, (s, domain) -> advance(domain, instance, disk))
              .orElse(Next.OFF);
      if (done == Next.OFF || done == Next.NOTHING) {
        return done == Next.NOTHING;
      }
      if (done == Next.BEGIN && ++begun > TRIES) {
        throw Failures.of(
            FailureType.LIBVIRT_REFUSED, "libvirt gave up merging disk " + disk + " of its guest");
      }
      Beat.current().check();
      if (done == Next.WAIT) {
        events.await(seen, LOOK_MILLIS);
      }
    }
  }

  /** Does what is next, and says what that was. */
  private static Next advance(Domain domain, InstanceId instance, String name)
      throws LibvirtException {
    if (domain.isActive() != 1) {
      return Next.OFF;
    }
    String xml = domain.getXMLDesc(0);
    List<SourceDisk> disks = SourceDisk.overlaid(xml, instance);
    for (SourceDisk disk : disks) {
      if (disk.name().equals(name)) {
        Next next = next(disk, mirror(xml, disk.device()));
        switch (next) {
          case BEGIN ->
              domain.blockCommit(
                  disk.device(), OverlayFiles.base(disk, instance).toString(), null, 0, ACTIVE);
          case PIVOT -> domain.blockJobAbort(disk.device(), PIVOT);
          case GIVE_UP -> domain.blockJobAbort(disk.device(), 0);
          default -> {}
        }
        return next;
      }
    }
    return Next.NOTHING;
  }

  private static Next next(SourceDisk disk, Mirror mirror) {
    return switch (mirror) {
      case NONE -> disk.overlay() == 0 ? Next.NOTHING : Next.BEGIN;
      case COMMIT -> Next.WAIT;
      case COMMIT_READY -> Next.PIVOT;
      case OTHER -> Next.GIVE_UP;
    };
  }

  private static Mirror mirror(String xml, String device) {
    for (Element disk : Xml.elements(Xml.parse(xml), "disk")) {
      List<Element> mirrors = Xml.children(disk, "mirror");
      if (Xml.attribute(disk, "target", "dev").equals(device) && !mirrors.isEmpty()) {
        Element mirror = mirrors.get(0);
        if (!mirror.getAttribute("job").equals("active-commit")) {
          return Mirror.OTHER;
        }
        return mirror.getAttribute("ready").equals("yes") ? Mirror.COMMIT_READY : Mirror.COMMIT;
      }
    }
    return Mirror.NONE;
  }

  private enum Next {
    OFF,
    NOTHING,
    BEGIN,
    WAIT,
    PIVOT,
    GIVE_UP
  }

  private enum Mirror {
    NONE,
    COMMIT,
    COMMIT_READY,
    OTHER
  }
}
