package io.holdfast.activities.replication.backup;

import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.RecoveryPointId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.DomainCheckpoint;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pull-mode backups and checkpoints of one domain. */
final class RunningBackup {
  private static final Logger LOG = LoggerFactory.getLogger(RunningBackup.class);
  private static final int REDEFINE = 1; // virDomainCheckpointCreateFlags
  private static final int METADATA_ONLY = 2; // virDomainCheckpointDeleteFlags
  private static final long END_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private RunningBackup() {}

  /** True while QEMU serves a backup of ours. */
  static boolean isOpen(Domain domain, InstanceId instance) throws LibvirtException {
    try {
      return domain
          .getBackupXMLDesc(0)
          .contains(String.valueOf(BackupNames.socket(instance).getFileName()));
    } catch (LibvirtException none) {
      if (LibvirtFault.codeOf(none) == ErrorNumber.VIR_ERR_NO_DOMAIN_BACKUP) {
        return false;
      }
      throw none;
    }
  }

  /**
   * Begins a backup with a checkpoint named after the point.
   *
   * @param counted disks that show what has changed since {@code base}; see {@link #counted}
   */
  static void begin(
      Domain domain,
      BackupOrder order,
      List<SourceDisk> disks,
      List<SourceDisk> counted,
      @Nullable RecoveryPointId base,
      ViewMoment moment)
      throws LibvirtException {
    InstanceId instance = order.instance();
    clear(instance, disks);
    moment.comes();
    domain.backupBegin(
        BackupXml.backup(instance, disks, counted, base),
        BackupXml.checkpoint(order.point(), disks),
        0);
  }

  /** Ends a backup of ours; returns once libvirt has none any more. None is no error. */
  static void end(Domain domain, InstanceId instance, List<SourceDisk> disks)
      throws LibvirtException {
    if (isOpen(domain, instance)) {
      domain.abortJob();
      long deadline = System.nanoTime() + END_NANOS;
      while (isOpen(domain, instance) && System.nanoTime() - deadline < 0) {
        LockSupport.parkNanos(LOOK_NANOS); // libvirt has no event for it
      }
    }
    clear(instance, disks);
  }

  /** Removes what a dead QEMU left; libvirt refuses a backup whose scratch files are there. */
  static void clear(InstanceId instance, List<SourceDisk> disks) {
    try {
      Files.deleteIfExists(BackupNames.socket(instance));
      for (SourceDisk disk : disks) {
        Files.deleteIfExists(BackupNames.scratch(disk.path(), instance, disk.name()));
      }
    } catch (IOException stays) {
      throw new UncheckedIOException(stays);
    }
  }

  static boolean hasCheckpoint(Domain domain, RecoveryPointId point) throws LibvirtException {
    return hasCheckpoint(domain, point.toString());
  }

  private static boolean hasCheckpoint(Domain domain, String name) throws LibvirtException {
    return List.of(domain.checkpointListNames()).contains(name);
  }

  /**
   * Those of the disks whose changes the checkpoint counts: it was made of the same file under this
   * name. A volume that was attached since is none, also where another one was before.
   */
  static List<SourceDisk> counted(Domain domain, RecoveryPointId point, List<SourceDisk> disks)
      throws LibvirtException {
    if (!hasCheckpoint(domain, point)) {
      return List.of();
    }
    DomainCheckpoint handle = domain.checkpointLookupByName(point.toString());
    try {
      return BackupXml.counted(handle.getXMLDesc(0), disks);
    } finally {
      handle.free();
    }
  }

  /** Tells libvirt of bitmaps that were made in the files of a domain that is off. */
  static void redefine(Domain domain, RecoveryPointId point, List<SourceDisk> disks)
      throws LibvirtException {
    String xml = BackupXml.redefined(point, disks, domain.getXMLDesc(0));
    domain.checkpointCreateXML(xml, REDEFINE).free();
  }

  /**
   * Removes a checkpoint with its bitmaps; when these are gone or marked inconsistent, libvirt's
   * note of it alone. None is no error.
   */
  static void delete(Domain domain, String checkpoint, boolean noteOnly) throws LibvirtException {
    if (!hasCheckpoint(domain, checkpoint)) {
      return; // a lookup of what is not there answers with null, and says nothing
    }
    DomainCheckpoint handle = domain.checkpointLookupByName(checkpoint);
    try {
      if (noteOnly || !withBitmaps(handle)) {
        handle.delete(METADATA_ONLY);
      }
    } finally {
      handle.free();
    }
  }

  /** As {@link #delete}, while a backup is read; one that cannot go now stays with its bitmaps. */
  static void deleteBeside(Domain domain, RecoveryPointId point) throws LibvirtException {
    if (hasCheckpoint(domain, point)) {
      DomainCheckpoint handle = domain.checkpointLookupByName(point.toString());
      try {
        boolean unused = withBitmaps(handle);
      } finally {
        handle.free();
      }
    }
  }

  private static boolean withBitmaps(DomainCheckpoint handle) {
    try {
      handle.delete(0);
      return true;
    } catch (LibvirtException refused) {
      LOG.info("The bitmaps of a checkpoint cannot be removed: {}", refused.getMessage());
      return false;
    }
  }
}
