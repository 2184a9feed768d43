package io.holdfast.activities.domain;

import static io.holdfast.activities.libvirt.Xml.escape;

import io.holdfast.activities.libvirt.Xml;
import io.holdfast.workflows.model.VolumeId;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * A volume as a disk of a domain: found by its serial, which derives from the volume's id, and its
 * file. So does its target, so that two runs at once ask for one name and libvirt takes only one of
 * them. Targets have two letters after "vd" and never meet those of the instance's own disks.
 */
final class VolumeDiskXml {
  private static final int LETTERS = 26;
  private static final int TARGETS = LETTERS * LETTERS;

  private VolumeDiskXml() {}

  static String render(Path file, VolumeId volume, String target) {
    return """
        <disk type='file' device='disk'>
          <driver name='qemu' type='qcow2' cache='writeback' discard='unmap'/>
          <source file='%s'/>
          <target dev='%s' bus='virtio'/>
          <serial>%s</serial>
        </disk>
        """
        .formatted(escape(file.toString()), target, volume.serial());
  }

  /** Enough for libvirt to find the disk that is to go. */
  static String renderTarget(String target) {
    return "<disk type='file' device='disk'><target dev='%s' bus='virtio'/></disk>"
        .formatted(escape(target));
  }

  /**
   * The target of the volume's disk in a domain's description; empty when it has none. A copy of
   * the volume, which a recovery has made, has its serial too, but is another file.
   */
  static Optional<String> targetOf(Document domain, VolumeId volume) {
    return Xml.elements(domain, "disk").stream()
        .filter(disk -> text(disk, "serial").equals(volume.serial()))
        .filter(disk -> fileName(disk).startsWith(volume + "."))
        .map(VolumeDiskXml::target)
        .findFirst();
  }

  /** The file that the domain has of the volume: itself, or an overlay of a move. */
  static Optional<Path> fileOf(Document domain, VolumeId volume) {
    return Xml.elements(domain, "disk").stream()
        .filter(disk -> fileName(disk).startsWith(volume + "."))
        .map(disk -> Path.of(Xml.attribute(disk, "source", "file")))
        .findFirst();
  }

  private static String fileName(Element disk) {
    String file = Xml.attribute(disk, "source", "file");
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /** The volume's own target, or the next one that no disk of these descriptions has. */
  static String freeTarget(VolumeId volume, Document... descriptions) {
    Set<String> taken = new HashSet<>();
    for (Document description : descriptions) {
      Xml.elements(description, "disk").forEach(disk -> taken.add(target(disk)));
    }
    int first = Math.floorMod(volume.value().hashCode(), TARGETS);
    for (int i = 0; i < TARGETS; i++) {
      String target = target((first + i) % TARGETS);
      if (!taken.contains(target)) {
        return target;
      }
    }
    throw new IllegalStateException("A domain with " + TARGETS + " disks");
  }

  private static String target(int number) {
    return "vd" + (char) ('a' + number / LETTERS) + (char) ('a' + number % LETTERS);
  }

  private static String target(Element disk) {
    var targets = disk.getElementsByTagName("target");
    return targets.getLength() == 0 ? "" : ((Element) targets.item(0)).getAttribute("dev");
  }

  private static String text(Element disk, String name) {
    var found = disk.getElementsByTagName(name);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
  }
}
