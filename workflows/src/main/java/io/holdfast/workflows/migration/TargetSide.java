package io.holdfast.workflows.migration;

import io.holdfast.workflows.activity.AttachmentActivities;
import io.holdfast.workflows.activity.BlockVolumeActivities;
import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.GuestActivities;
import io.holdfast.workflows.activity.MigrationActivities;
import io.holdfast.workflows.activity.NetworkActivities;
import io.holdfast.workflows.activity.OverlayActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.activity.VolumeActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.MigratableDomain;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MigrationSite;
import io.holdfast.workflows.model.MovedVolume;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;

/** What a migration does at the host that the instance goes to. */
final class TargetSide {
  private static final int PULL_THE_PLUG = 0;

  private final InstanceSpec instance;
  private final InstanceSpec moving;
  private final List<MovedVolume> volumes;
  private final HostId host;
  private final boolean shared;
  private final DiskCopies copies;
  private final DiskLinks links;
  private final DomainActivities domains;

  TargetSide(MigrationOrder order, DiskCopies copies, DiskLinks links) {
    instance = order.instance();
    moving = order.moving();
    volumes = order.volumes();
    host = order.target().id();
    shared = order.shared();
    this.copies = copies;
    this.links = links;
    domains = Profiles.libvirtShort(DomainActivities.class, host);
  }

  MigrationSite check(MigratableDomain domain) {
    MigrationActivities there = Profiles.libvirtShort(MigrationActivities.class, host);
    if (!shared) {
      return there.checkTarget(moving, domain.copied());
    }
    MigrationSite site = there.checkTarget(moving, domain);
    links.between(domain, site);
    return site;
  }

  void connectPorts() {
    Profiles.libvirtShort(NetworkActivities.class, host)
        .connectPorts(instance.id(), instance.job(), instance.ports());
  }

  /** An undo. */
  void disconnectPorts() {
    Profiles.undo(NetworkActivities.class, host).disconnectPorts(instance.id(), instance.ports());
  }

  /**
   * Disks of the newest copies, and the seed; older ones that are there are removed first. Shared
   * ones are linked.
   */
  void createVolumes() {
    if (shared) {
      links.link();
    } else if (copies.outdated()) {
      clear();
      copies.makeVolumes();
    }
    Profiles.libvirtShort(VolumeActivities.class, host).createVolumes(instance);
  }

  /** An undo: domain, overlays, disks, and the volumes that came with them. */
  void clear() {
    copies.volumesRemoved();
    Profiles.undo(MigrationActivities.class, host).clearSide(instance.id(), instance.pool());
    for (MovedVolume volume : volumes) {
      Profiles.undo(BlockVolumeActivities.class, host).deleteVolume(volume.id(), instance.pool());
    }
  }

  /** Lets the guest go on that stands still here, when it is the only one. */
  void resumeGuest() {
    Profiles.undo(MigrationActivities.class, host).resumeGuest(instance.id());
  }

  /** An undo: what was copied is kept for a while, see {@link DiskCopies#keep}. */
  void keepCopies() {
    copies.keep(Profiles.undoMove(ReplicaActivities.class, host));
  }

  /** What is left to do when the volumes are in use. A person may leave it. */
  void deleteCopies() {
    if (!shared) {
      copies.delete(Profiles.move(ReplicaActivities.class, host));
    }
  }

  /** Before each switchover; shared disks have none. */
  void prepareOverlays() {
    if (!shared) {
      Profiles.libvirtShort(MigrationActivities.class, host).prepareOverlays(moving);
    }
  }

  void mergeOverlays() {
    Profiles.move(OverlayActivities.class, host).mergeOverlays(instance.id());
  }

  void define() {
    domains.defineDomain(instance);
    for (MovedVolume volume : volumes) {
      Profiles.libvirtShort(AttachmentActivities.class, host)
          .attachVolume(instance.id(), volume.in(instance));
    }
  }

  /** An undo. */
  void undefine() {
    Profiles.undo(DomainActivities.class, host).undefineDomain(instance.id());
  }

  void start() {
    domains.startDomain(instance.id());
  }

  /** An undo. */
  void stop() {
    Profiles.undo(DomainActivities.class, host).stopDomain(instance.id(), PULL_THE_PLUG);
  }

  PowerState power() {
    return domains.readDomain(instance.id()).state();
  }

  /**
   * Answers with what is the guest's power by then: it may go down after it has arrived, with its
   * host, and then there is no sign of life to wait for. That is no matter of the move any more.
   */
  PowerState awaitGuest() {
    Duration patience = Duration.ofSeconds(instance.guestTimeoutSeconds());
    try {
      GuestReport unused =
          Profiles.probe(GuestActivities.class, host, patience).awaitGuest(instance);
      return PowerState.RUNNING;
    } catch (TemporalFailure failure) {
      if (Failures.typeOf(failure) != FailureType.GUEST_NOT_READY || !knowsOff()) {
        throw failure;
      }
      PowerState found = power();
      if (found != PowerState.SHUTOFF) {
        throw failure;
      }
      return found;
    }
  }

  /** Runs that began before it was known ask a person. */
  private static boolean knowsOff() {
    return Workflow.getVersion("guest-off", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }
}
