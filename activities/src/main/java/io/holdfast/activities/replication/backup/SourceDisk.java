package io.holdfast.activities.replication.backup;

import static java.util.stream.Collectors.toSet;

import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.w3c.dom.Element;

/**
 * A disk of an instance, as its domain names it.
 *
 * @param name as in DiskSpec; of a volume as in VolumeId.disk()
 * @param device "vda"
 * @param file the qcow2 that is written to
 * @param overlay the number of the overlay that this file is; 0 for the disk itself
 */
public record SourceDisk(String name, String device, String file, int overlay) {
  /**
   * The instance's own disks in the description of its domain; its seed and volumes are none. Fails
   * with MIGRATION_BUSY when they lie under overlays: what is below is not what the guest has.
   */
  public static List<SourceDisk> of(String domainXml, InstanceId instance) {
    return inRound(domainXml, instance).stream()
        .filter(disk -> VolumeId.ofDisk(disk.name()).isEmpty())
        .toList();
  }

  /**
   * As {@link #of}, with the volumes that the domain has: what a round reads. A file that is called
   * like a volume, but was not attached as one, is somebody else's.
   */
  static List<SourceDisk> inRound(String domainXml, InstanceId instance) {
    Set<String> serials =
        Xml.elements(Xml.parse(domainXml), "serial").stream()
            .map(serial -> serial.getTextContent().strip())
            .collect(toSet());
    List<SourceDisk> disks =
        overlaid(domainXml, instance).stream()
            .filter(
                disk ->
                    disk.overlay() > 0
                        || VolumeId.ofDisk(disk.name())
                            .map(volume -> serials.contains(volume.serial()))
                            .orElse(true))
            .toList();
    if (disks.stream().anyMatch(disk -> disk.overlay() > 0)) {
      throw Failures.of(
          FailureType.MIGRATION_BUSY,
          "The disks of " + instance + " lie under the overlays of a migration");
    }
    return disks;
  }

  /**
   * All disks that move with the instance, also when they lie under overlays: its own, and the
   * volumes that it has.
   */
  public static List<SourceDisk> overlaid(String domainXml, InstanceId instance) {
    List<SourceDisk> disks = new ArrayList<>();
    for (Element disk : Xml.elements(Xml.parse(domainXml), "disk")) {
      String file = Xml.attribute(disk, "source", "file");
      Optional<VolumeNames.Own> own =
          VolumeNames.parseMoving(file.substring(file.lastIndexOf('/') + 1), instance);
      if (own.isPresent()) {
        disks.add(
            new SourceDisk(
                own.get().disk(), Xml.attribute(disk, "target", "dev"), file, own.get().overlay()));
      }
    }
    return disks;
  }

  public Path path() {
    return Path.of(file);
  }
}
