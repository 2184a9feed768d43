package io.holdfast.activities.replication.backup;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.replication.stream.DiskSender;
import io.holdfast.activities.replication.stream.StreamClients;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.BackupActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.BackupDisk;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.OpenedBackup;
import io.holdfast.workflows.model.StreamCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** Backups of instances: by QEMU when they run, of their files when they are off. */
@SuppressWarnings("try") // a lock is held, not used
public final class HostBackups implements BackupActivities {
  /** A point's name: checkpoints and bitmaps of others are left alone. */
  private static final Pattern POINT =
      Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final LibvirtConnection libvirt;
  private final KeyedLocks locks;
  private final OpenBackups backups;
  private final SentLeaves leaves;
  private final BackupSending sending;

  /**
   * Wires it.
   *
   * @param locks one lock an instance, shared with its domain's activities
   * @param state a folder of the worker's own, which outlives restarts
   * @param clients null when this host has no settings for streams
   */
  public HostBackups(
      LibvirtConnection libvirt,
      KeyedLocks locks,
      Path state,
      @Nullable StreamClients clients,
      DiskSender sender) {
    this.libvirt = libvirt;
    this.locks = locks;
    backups = new OpenBackups(state);
    leaves = new SentLeaves(state);
    sending = new BackupSending(new ViewSending(clients, sender, leaves), leaves);
  }

  @Override
  public OpenedBackup openBackup(BackupOrder order) {
    try (KeyedLocks.Held held = locks.lock(order.instance())) {
      Optional<OpenBackup> earlier = backups.find(order.instance());
      boolean adopted =
          earlier.filter(backup -> backup.point().equals(order.point())).isPresent()
              && isOpen(earlier.get());
      OpenBackup backup = adopted ? earlier.get() : open(order);
      return new OpenedBackup(backup.disks().stream().map(HostBackups::told).toList(), 0);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public StreamCounts sendDisk(DiskStream stream) {
    try {
      Optional<OpenBackup> backup =
          backups
              .find(stream.replica().instance())
              .filter(found -> found.point().equals(stream.replica().point()));
      if (backup.isEmpty() || !isOpen(backup.get())) {
        throw Failures.of(
            FailureType.BACKUP_LOST,
            "The view of point " + stream.replica().point() + " is not open any more");
      }
      return sending.send(backup.get(), stream, () -> isOpen(backup.get()));
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public void closeBackup(BackupOrder order, boolean sealed) {
    InstanceId instance = order.instance();
    try (KeyedLocks.Held held = locks.lock(instance)) {
      libvirt.call(
          "Closing the backup",
          session ->
              session.domain(
                  instance.value(),
                  domain -> {
                    if (Ownership.isOurs(domain)) {
                      close(domain, order, sealed);
                    }
                    return true;
                  }));
      leaves.settle(instance, order.point(), sealed);
      backups.forget(instance);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /**
   * The disks of the instance, which is off, are other files now: no view of the old ones may be
   * read on, and no bitmap of theirs speaks of the new ones. The next round compares by hash. The
   * caller holds the instance's lock.
   */
  public void disksReplaced(InstanceId instance) {
    try {
      libvirt.call(
          "Forgetting the checkpoints",
          session ->
              session.domain(
                  instance.value(), domain -> Ownership.isOurs(domain) && forgetAll(domain)));
      backups.forget(instance);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private static boolean forgetAll(Domain domain) throws LibvirtException {
    for (String name : domain.checkpointListNames()) {
      if (POINT.matcher(name).matches()) {
        RunningBackup.delete(domain, name, true);
      }
    }
    return true;
  }

  private static BackupDisk told(OpenBackup.Disk disk) {
    return new BackupDisk(disk.source().name(), disk.bytes(), disk.change(), disk.reason());
  }

  /** Whether the moment can still be read. */
  private boolean isOpen(OpenBackup backup) {
    return libvirt
        .call(
            "Looking for the backup",
            session ->
                session.domain(
                    backup.instance().value(),
                    domain -> {
                      boolean active = domain.isActive() == 1;
                      return active == backup.running()
                          && (!active || RunningBackup.isOpen(domain, backup.instance()));
                    }))
        .orElse(false);
  }

  private OpenBackup open(BackupOrder order) throws IOException {
    OpenBackup made =
        libvirt
            .call(
                "Opening the backup",
                session ->
                    session.domain(
                        order.instance().value(),
                        domain ->
                            Ownership.isOurs(domain)
                                ? Optional.of(open(domain, order))
                                : Optional.<OpenBackup>empty()))
            .flatMap(found -> found)
            .orElseThrow(
                () ->
                    Failures.of(
                        FailureType.NOT_FOUND,
                        "This host has no instance " + order.instance() + " of ours"));
    backups.keep(made);
    return made;
  }

  private static OpenBackup open(Domain domain, BackupOrder order)
      throws LibvirtException, LibvirtFault {
    List<SourceDisk> disks = SourceDisk.of(domain.getXMLDesc(0), order.instance());
    try {
      return domain.isActive() == 1
          ? RunningView.open(domain, order, disks)
          : StoppedView.open(domain, order, disks);
    } catch (IOException storage) {
      throw FailureMapping.typed(storage);
    }
  }

  private static void close(Domain domain, BackupOrder order, boolean sealed)
      throws LibvirtException {
    List<SourceDisk> disks = SourceDisk.of(domain.getXMLDesc(0), order.instance());
    boolean active = domain.isActive() == 1;
    if (active) {
      RunningBackup.end(domain, order.instance(), disks);
    } else {
      RunningBackup.clear(order.instance(), disks);
    }
    String kept = order.point().toString();
    for (String name : domain.checkpointListNames()) {
      if (POINT.matcher(name).matches() && name.equals(kept) != sealed) {
        RunningBackup.delete(domain, name, !active);
      }
    }
    if (!active) {
      try {
        StoppedView.close(disks, order.point(), sealed, POINT);
      } catch (IOException storage) {
        throw FailureMapping.typed(storage);
      }
    }
  }
}
