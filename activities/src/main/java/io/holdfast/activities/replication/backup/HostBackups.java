package io.holdfast.activities.replication.backup;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.replication.stream.DiskSender;
import io.holdfast.activities.replication.stream.StreamClients;
import io.holdfast.activities.still.Stills;
import io.holdfast.activities.volume.DiskOverlays;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.BackupActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.BackupDisk;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.OpenedBackup;
import io.holdfast.workflows.model.StreamCounts;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** Backups of instances: by QEMU when they run, of their files when they are off. */
@SuppressWarnings("try") // a lock is held, not used
public final class HostBackups implements BackupActivities {
  private final LibvirtConnection libvirt;
  private final KeyedLocks locks;
  private final OwnershipBook ownership;
  private final Stills stills;
  private final OpenBackups backups;
  private final SentLeaves leaves;
  private final BackupSending sending;

  /**
   * Wires it.
   *
   * @param locks one lock an instance, shared with its domain's activities
   * @param ownership knows what is evidence, since another instance has taken over from it
   * @param stills guests that a snapshot or a round holds still
   * @param state a folder of the worker's own, which outlives restarts
   * @param stopped views of instances that are off, which {@code state} names
   * @param clients null when this host has no settings for streams
   */
  public HostBackups(
      LibvirtConnection libvirt,
      KeyedLocks locks,
      OwnershipBook ownership,
      Stills stills,
      Path state,
      StoppedViews stopped,
      @Nullable StreamClients clients,
      DiskSender sender) {
    this.libvirt = libvirt;
    this.locks = locks;
    this.ownership = ownership;
    this.stills = stills;
    backups = new OpenBackups(state);
    leaves = new SentLeaves(state);
    sending = new BackupSending(new ViewSending(clients, sender, leaves), leaves, stopped);
  }

  @Override
  public boolean holdGuest(BackupOrder order, Consistency consistency) {
    InstanceId instance = order.instance();
    try (KeyedLocks.Held held = lock(instance)) {
      boolean active =
          onDomain("Ending an earlier view", order, domain -> BackupClosing.endView(domain, order));
      backups.forget(instance);
      return active && stills.hold(instance, consistency);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public long releaseGuest(InstanceId instance) {
    Optional<KeyedLocks.Held> free = locks.lockSoon(instance);
    if (free.isEmpty()) {
      stills.giveUp(instance);
      throw busy(instance);
    }
    try (KeyedLocks.Held held = free.get()) {
      return stills
          .release(instance)
          .orElseThrow(
              () ->
                  Failures.of(
                      FailureType.BACKUP_LOST,
                      "The guest did not stand still until all views of the round were open"));
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public OpenedBackup openBackup(BackupOrder order) {
    ViewMoment moment = new ViewMoment();
    try (KeyedLocks.Held held = lock(order.instance())) {
      Optional<OpenBackup> earlier = backups.find(order.instance());
      if (earlier.filter(backup -> isOf(order, backup)).isPresent() && isOpen(earlier.get())) {
        return told(earlier.get(), -earlier.get().ageMillis());
      }
      return told(open(order, moment), moment.afterMillis());
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /** One whose moment nobody has noted is not adopted: an older worker has opened it. */
  private static boolean isOf(BackupOrder order, OpenBackup backup) {
    return backup.point().equals(order.point()) && backup.clockMillis() > 0;
  }

  private static OpenedBackup told(OpenBackup backup, long momentMillis) {
    return new OpenedBackup(backup.disks().stream().map(HostBackups::told).toList(), momentMillis);
  }

  @Override
  public StreamCounts sendDisk(DiskStream stream) {
    try {
      Optional<OpenBackup> backup = known(stream);
      if (backup.isEmpty() || !isOpen(backup.get())) {
        throw lost(stream);
      }
      return send(backup.get(), stream);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private StreamCounts send(OpenBackup backup, DiskStream stream) throws IOException {
    try {
      return sending.send(backup, stream, () -> isOpen(backup));
    } catch (ApplicationFailure failed) {
      throw Failures.typeOf(failed) == FailureType.BACKUP_LOST ? lost(stream) : failed;
    }
  }

  private Optional<OpenBackup> known(DiskStream stream) throws IOException {
    return backups
        .find(stream.replica().instance())
        .filter(found -> found.point().equals(stream.replica().point()));
  }

  private ApplicationFailure lost(DiskStream stream) throws IOException {
    String why = known(stream).map(OpenBackup::ended).map(ended -> ": " + ended).orElse("");
    return Failures.of(
        FailureType.BACKUP_LOST,
        "The view of point " + stream.replica().point() + " is not open any more" + why);
  }

  @Override
  public void closeBackup(BackupOrder order, boolean sealed) {
    InstanceId instance = order.instance();
    try (KeyedLocks.Held held = lock(instance)) {
      if (isReadByAnother(order)) {
        leave(order, sealed);
        return;
      }
      stills.wake(instance);
      onOurs(
          "Closing the backup",
          instance,
          domain -> BackupClosing.close(domain, order, sealed, !ownership.isLost(instance)));
      leaves.settle(instance, order.point(), sealed);
      backups
          .find(instance) // a volume may have been taken from the domain since its QEMU died
          .ifPresent(backup -> RunningBackup.clear(instance, backup.sources()));
      backups.forget(instance);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /** The instance went to another group, whose round has opened a view of its own since. */
  private boolean isReadByAnother(BackupOrder order) throws IOException {
    Optional<OpenBackup> other =
        backups.find(order.instance()).filter(backup -> !backup.point().equals(order.point()));
    return other.isPresent() && isOpen(other.get());
  }

  /** Takes nothing from the round that reads the instance: what stays goes when that is sealed. */
  private void leave(BackupOrder order, boolean sealed) throws IOException {
    if (!sealed) {
      onOurs(
          "Removing a checkpoint",
          order.instance(),
          domain -> BackupClosing.leave(domain, order.point()));
      leaves.settle(order.instance(), order.point(), false);
    }
  }

  /**
   * The disks of the instance, which is off, are other files now: no view of the old ones may be
   * read on, and no bitmap of theirs speaks of the new ones. The next round compares by hash. The
   * caller holds the instance's lock.
   */
  public void disksReplaced(InstanceId instance) {
    try {
      onOurs("Forgetting the checkpoints", instance, BackupClosing::forgetAll);
      backups.forget(instance);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /**
   * A stop with its grace, or a copy, has the lock for as long as it takes: nobody waits for that
   * here, where other guests may stand still meanwhile. Fails with DISKS_BUSY.
   */
  private KeyedLocks.Held lock(InstanceId instance) {
    return locks.lockSoon(instance).orElseThrow(() -> busy(instance));
  }

  private static ApplicationFailure busy(InstanceId instance) {
    return Failures.of(FailureType.DISKS_BUSY, "another job works on " + instance);
  }

  private static BackupDisk told(OpenBackup.Disk disk) {
    return new BackupDisk(disk.source().name(), disk.bytes(), disk.change(), disk.reason());
  }

  /** Whether the moment can still be read. */
  private boolean isOpen(OpenBackup backup) throws IOException {
    boolean known = backups.find(backup.instance()).filter(backup::equals).isPresent();
    return known
        && backup.ended() == null
        && isServed(backup)
        && (backup.running() || backup.holdsStill());
  }

  private boolean isServed(OpenBackup backup) {
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

  private OpenBackup open(BackupOrder order, ViewMoment moment) throws IOException {
    OpenBackup made = onDomain("Opening the backup", order, domain -> open(domain, order, moment));
    backups.keep(made);
    return made;
  }

  /** A domain that is gone, or not ours, needs nothing. */
  private void onOurs(String doing, InstanceId instance, DomainCall<Boolean> call) {
    libvirt.call(
        doing,
        session ->
            session.domain(
                instance.value(), domain -> Ownership.isOurs(domain) && call.on(domain)));
  }

  /** What is below a move's overlays is not what the guest has. Fails with DISKS_BUSY. */
  private static void requireNoMove(Domain domain, InstanceId instance) throws LibvirtException {
    try {
      for (SourceDisk disk : SourceDisk.overlaid(domain.getXMLDesc(0), instance)) {
        if (DiskOverlays.concern(disk.path())) {
          throw Failures.of(FailureType.DISKS_BUSY, "a move has the disks of " + instance);
        }
      }
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /** Fails with NOT_FOUND, DISKS_BUSY. */
  private <T> T onDomain(String doing, BackupOrder order, DomainCall<T> call) {
    if (ownership.isLost(order.instance())) {
      throw Failures.of(
          FailureType.NOT_FOUND,
          "Another instance takes over from " + order.instance() + ", or has");
    }
    return libvirt
        .call(
            doing,
            session ->
                session.domain(
                    order.instance().value(),
                    domain -> {
                      if (!Ownership.isOurs(domain)) {
                        return Optional.<T>empty();
                      }
                      requireNoMove(domain, order.instance());
                      return Optional.of(call.on(domain));
                    }))
        .flatMap(found -> found)
        .orElseThrow(
            () ->
                Failures.of(
                    FailureType.NOT_FOUND,
                    "This host has no instance " + order.instance() + " of ours"));
  }

  private static OpenBackup open(Domain domain, BackupOrder order, ViewMoment moment)
      throws LibvirtException, LibvirtFault {
    List<SourceDisk> disks = SourceDisk.inRound(domain.getXMLDesc(0), order.instance());
    try {
      return domain.isActive() == 1
          ? RunningView.open(domain, order, disks, moment)
          : StoppedView.open(domain, order, disks, moment);
    } catch (IOException storage) {
      throw FailureMapping.typed(storage);
    }
  }

  @FunctionalInterface
  private interface DomainCall<T> {
    T on(Domain domain) throws LibvirtException, LibvirtFault;
  }
}
