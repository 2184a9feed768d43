package io.holdfast.activities.replication.backup;

import static io.holdfast.activities.libvirt.Xml.escape;

import io.holdfast.activities.libvirt.Xml;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.RecoveryPointId;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/** libvirt's documents of a backup and its checkpoint. */
final class BackupXml {
  /** The dirty bitmap's name in the export. */
  static final String BITMAP = "changed";

  private BackupXml() {}

  /**
   * The backup of all disks in one moment.
   *
   * @param counted disks of which the changes since {@code base} are shown, too
   * @param base their checkpoint; null for none
   */
  static String backup(
      InstanceId instance,
      List<SourceDisk> disks,
      List<SourceDisk> counted,
      @Nullable RecoveryPointId base) {
    StringBuilder text = new StringBuilder("<domainbackup mode='pull'>\n");
    if (base != null) {
      text.append("  <incremental>").append(base).append("</incremental>\n");
    }
    text.append(
        "  <server transport='unix' socket='%s'/>\n  <disks>\n"
            .formatted(escape(BackupNames.socket(instance).toString())));
    for (SourceDisk disk : disks) {
      String changes =
          base == null
              ? ""
              : counted.contains(disk)
                  ? " backupmode='incremental' exportbitmap='" + BITMAP + "'"
                  : " backupmode='full'";
      text.append(
          """
              <disk name='%s' backup='yes' type='file' exportname='%s'%s>
                <scratch file='%s'/>
              </disk>
          """
              .formatted(
                  escape(disk.device()),
                  escape(disk.name()),
                  changes,
                  escape(BackupNames.scratch(disk.path(), instance, disk.name()).toString())));
    }
    return text.append("  </disks>\n</domainbackup>\n").toString();
  }

  static String checkpoint(RecoveryPointId point, List<SourceDisk> disks) {
    return "<domaincheckpoint>\n  <name>%s</name>\n%s</domaincheckpoint>\n"
        .formatted(point, disks(point, disks));
  }

  /** See {@link RunningBackup#counted}; a checkpoint keeps how its domain was then. */
  static List<SourceDisk> counted(String checkpoint, List<SourceDisk> disks) {
    Set<String> bitmaps = new HashSet<>();
    Map<String, String> files = new HashMap<>();
    for (Element disk : Xml.elements(Xml.parse(checkpoint), "disk")) {
      if (disk.getAttribute("checkpoint").equals("bitmap")) {
        bitmaps.add(disk.getAttribute("name"));
      }
      files.put(Xml.attribute(disk, "target", "dev"), Xml.attribute(disk, "source", "file"));
    }
    return disks.stream()
        .filter(disk -> bitmaps.contains(disk.device()))
        .filter(disk -> disk.file().equals(files.get(disk.device())))
        .toList();
  }

  /** Of a checkpoint whose bitmaps are in the files already; the domain is off. */
  static String redefined(RecoveryPointId point, List<SourceDisk> disks, String domainXml) {
    return "<domaincheckpoint>\n  <name>%s</name>\n  <creationTime>%d</creationTime>\n%s%s</domaincheckpoint>\n"
        .formatted(point, Instant.now().getEpochSecond(), disks(point, disks), domainXml);
  }

  private static String disks(RecoveryPointId point, List<SourceDisk> disks) {
    StringBuilder text = new StringBuilder("  <disks>\n");
    for (SourceDisk disk : disks) {
      text.append(
          "    <disk name='%s' checkpoint='bitmap' bitmap='%s'/>\n"
              .formatted(escape(disk.device()), point));
    }
    return text.append("  </disks>\n").toString();
  }
}
