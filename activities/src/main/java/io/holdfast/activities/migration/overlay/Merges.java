package io.holdfast.activities.migration.overlay;

import io.holdfast.activities.libvirt.DomainJob;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Document;

/**
 * Brings an instance back to its disks as they were before they were frozen. A domain's description
 * names a disk's overlays until all that they hold is in the disk; files go last. So at every
 * moment a start finds what the guest wrote, and a merge that is cut short goes on with the disk
 * that it was at.
 */
public final class Merges {
  private static final int INACTIVE = 2; // VIR_DOMAIN_XML_INACTIVE
  private static final int WHOLE_INACTIVE = 3; // with VIR_DOMAIN_XML_SECURE

  private final OurDomains domains;
  private final LiveMerge live;
  private final ForgottenOverlays forgotten;

  public Merges(OurDomains domains, HostEvents events) {
    this.domains = domains;
    live = new LiveMerge(domains, events);
    forgotten = new ForgottenOverlays(domains, events);
  }

  /** The caller holds the instance's lock. None is no error. */
  public void merge(InstanceId instance) throws IOException {
    Optional<Shown> shown = look(instance);
    if (shown.isEmpty()) {
      return;
    }
    boolean runs = shown.get().active();
    takeBackForgotten(instance, shown.get());
    for (SourceDisk disk : shown.get().now()) {
      runs = runs && live.merge(instance, disk.name());
    }
    if (!runs) {
      mergeFiles(instance);
    }
    Shown after = look(instance).orElseThrow(() -> gone(instance));
    if (!overlaid(after.later()).isEmpty()) {
      redefine(instance, overlaid(after.later()));
      after = look(instance).orElseThrow(() -> gone(instance));
    }
    requireMerged(after);
    removeFiles(instance, shown.get(), after);
  }

  /** Merges what the guest writes to and libvirt does not know of; the files stay. */
  void takeBackForgotten(InstanceId instance, Shown shown) throws IOException {
    if (shown.active()) {
      for (SourceDisk disk : shown.now()) {
        forgotten.takeBack(instance, disk);
      }
    }
  }

  /** Both of what the guest has now and what its next start finds, with all of its disks. */
  Optional<Shown> look(InstanceId instance) {
    return domains.find(
        "Reading the domain's disks",
        instance,
        (session, domain) -> {
          DomainJob.requireNoMigration(domain, instance);
          boolean active = domain.isActive() == 1;
          List<SourceDisk> later = SourceDisk.overlaid(domain.getXMLDesc(INACTIVE), instance);
          return new Shown(
              active, active ? SourceDisk.overlaid(domain.getXMLDesc(0), instance) : later, later);
        });
  }

  /** Of a guest that is off: nobody writes, and the instance's lock keeps it off. */
  private void mergeFiles(InstanceId instance) throws IOException {
    Shown off = look(instance).orElseThrow(() -> gone(instance));
    if (off.active()) {
      throw Failures.of(FailureType.LIBVIRT_REFUSED, "The guest was started meanwhile");
    }
    for (SourceDisk disk : off.later()) {
      ForgottenOverlays.mergeFile(instance, disk);
    }
    for (SourceDisk disk : overlaid(off.later())) {
      QemuImg.commit(disk.path(), OverlayFiles.base(disk, instance));
      redefine(instance, List.of(disk));
    }
  }

  /** Its next start finds these disks themselves. */
  private void redefine(InstanceId instance, List<SourceDisk> merged) {
    domains.require(
        "Giving the domain its disks back",
        instance,
        (session, domain) -> {
          Document xml = Xml.parse(domain.getXMLDesc(WHOLE_INACTIVE));
          DiskSources.replace(
              xml,
              file ->
                  merged.stream()
                      .filter(disk -> disk.path().equals(file))
                      .map(disk -> OverlayFiles.base(disk, instance))
                      .findFirst()
                      .orElse(file));
          session.connect().domainDefineXML(Xml.write(xml)).free();
          return true;
        });
  }

  private static void requireMerged(Shown shown) {
    if (!overlaid(shown.now()).isEmpty() || !overlaid(shown.later()).isEmpty()) {
      throw Failures.of(
          FailureType.LIBVIRT_REFUSED, "libvirt merged the overlays but the domain still has them");
    }
  }

  private static void removeFiles(InstanceId instance, Shown before, Shown after)
      throws IOException {
    List<SourceDisk> disks = new ArrayList<>(before.now());
    disks.addAll(after.now());
    for (SourceDisk disk : disks) {
      for (Path overlay : OverlayFiles.beside(disk, instance)) {
        OverlayFiles.remove(overlay);
      }
    }
  }

  private static List<SourceDisk> overlaid(List<SourceDisk> disks) {
    return disks.stream().filter(disk -> disk.overlay() > 0).toList();
  }

  private static RuntimeException gone(InstanceId instance) {
    return Failures.of(FailureType.NOT_FOUND, "The domain of " + instance + " went meanwhile");
  }

  /**
   * The disks in a domain's descriptions.
   *
   * @param now what the guest has
   * @param later what its next start finds
   */
  record Shown(boolean active, List<SourceDisk> now, List<SourceDisk> later) {}
}
