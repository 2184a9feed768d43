package io.holdfast.activities.replication.backup;

import static io.holdfast.activities.libvirt.Xml.escape;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.RecoveryPointId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** libvirt's documents of a backup and its checkpoint. */
final class BackupXml {
  /** The dirty bitmap's name in the export. */
  static final String BITMAP = "changed";

  private BackupXml() {}

  /** {@code base}: the checkpoint since which changes are shown; null for none. */
  static String backup(
      InstanceId instance, List<SourceDisk> disks, @Nullable RecoveryPointId base) {
    StringBuilder text = new StringBuilder("<domainbackup mode='pull'>\n");
    if (base != null) {
      text.append("  <incremental>").append(base).append("</incremental>\n");
    }
    text.append(
        "  <server transport='unix' socket='%s'/>\n  <disks>\n"
            .formatted(escape(BackupNames.socket(instance).toString())));
    for (SourceDisk disk : disks) {
      String bitmap = base == null ? "" : " exportbitmap='" + BITMAP + "'";
      text.append(
          """
              <disk name='%s' backup='yes' type='file' exportname='%s'%s>
                <scratch file='%s'/>
              </disk>
          """
              .formatted(
                  escape(disk.device()),
                  escape(disk.name()),
                  bitmap,
                  escape(BackupNames.scratch(disk.path(), instance, disk.name()).toString())));
    }
    return text.append("  </disks>\n</domainbackup>\n").toString();
  }

  static String checkpoint(RecoveryPointId point, List<SourceDisk> disks) {
    return "<domaincheckpoint>\n  <name>%s</name>\n%s</domaincheckpoint>\n"
        .formatted(point, disks(point, disks));
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
