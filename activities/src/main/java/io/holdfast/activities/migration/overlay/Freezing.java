package io.holdfast.activities.migration.overlay;

import static io.holdfast.activities.libvirt.Xml.escape;

import io.holdfast.activities.libvirt.DomainJob;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.workflows.model.InstanceId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/** Puts overlays over all disks of a guest in one moment, by one transaction of QEMU's. */
public final class Freezing {
  /** virDomainSnapshotCreateFlags: libvirt keeps no snapshot, only the overlays. */
  private static final int NO_METADATA = 1 << 2;

  private static final int DISK_ONLY = 1 << 4;
  private static final int ATOMIC = 1 << 7;

  private final OurDomains domains;

  Freezing(OurDomains domains) {
    this.domains = domains;
  }

  void freeze(InstanceId instance, List<SourceDisk> disks, int number) {
    Map<String, Path> overlays = new HashMap<>();
    for (SourceDisk disk : disks) {
      overlays.put(disk.device(), OverlayFiles.overlay(disk, instance, number));
    }
    domains.require(
        "Freezing the disks",
        instance,
        (session, domain) -> {
          DomainJob.requireNoRound(domain, instance);
          String xml = snapshot(domain.getXMLDesc(0), overlays, null);
          domain.snapshotCreateXML(xml, NO_METADATA | DISK_ONLY | ATOMIC).free();
          return true;
        });
  }

  /**
   * libvirt's order. Disks that get no overlay are named too: libvirt would choose for them.
   *
   * @param overlays by the device of their disk
   * @param memory the file for the guest's memory of that moment; null when it is not wanted
   */
  public static String snapshot(
      String domainXml, Map<String, Path> overlays, @Nullable Path memory) {
    StringBuilder text = new StringBuilder("<domainsnapshot>\n");
    if (memory != null) {
      text.append(
          "  <memory snapshot='external' file='%s'/>\n".formatted(escape(memory.toString())));
    }
    text.append("  <disks>\n");
    for (Element disk : Xml.elements(Xml.parse(domainXml), "disk")) {
      String device = Xml.attribute(disk, "target", "dev");
      Path overlay = overlays.get(device);
      text.append(
          overlay == null
              ? "    <disk name='%s' snapshot='no'/>\n".formatted(escape(device))
              : """
                    <disk name='%s' snapshot='external'>
                      <driver type='qcow2'/>
                      <source file='%s'/>
                    </disk>
                """
                  .formatted(escape(device), escape(overlay.toString())));
    }
    return text.append("  </disks>\n</domainsnapshot>\n").toString();
  }
}
