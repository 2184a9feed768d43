package io.holdfast.workflows.migration;

import io.holdfast.workflows.activity.BlockVolumeActivities;
import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.MigrationActivities;
import io.holdfast.workflows.activity.NetworkActivities;
import io.holdfast.workflows.activity.OverlayActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.MigratableDomain;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MovedVolume;
import io.holdfast.workflows.model.SwitchOrder;
import io.holdfast.workflows.model.SwitchedOver;
import io.holdfast.workflows.saga.Profiles;
import java.time.Duration;

/** What a migration does at the host that the instance leaves. */
final class SourceSide {
  private static final Duration BESIDE_THE_GRACE = Duration.ofSeconds(60);

  private final MigrationOrder order;
  private final InstanceSpec instance;
  private final HostId host;
  private boolean limited;

  SourceSide(MigrationOrder order) {
    this.order = order;
    instance = order.instance();
    host = order.source().id();
  }

  MigratableDomain describe() {
    return Profiles.libvirtShort(MigrationActivities.class, host).describeMigratable(instance.id());
  }

  /** True for a migration of the running guest. Fails with MIGRATION_REFUSED when none can be. */
  boolean isLive(MigratableDomain domain) {
    boolean runs =
        switch (domain.state()) {
          case RUNNING -> true;
          case SHUTOFF, CRASHED -> false;
          case PAUSED, MISSING, UNKNOWN ->
              throw Failures.of(
                  FailureType.MIGRATION_REFUSED,
                  "The instance is %s; start or stop it first".formatted(domain.state()));
        };
    return switch (order.mode()) {
      case AUTO -> runs;
      case COLD -> false;
      case LIVE -> {
        if (!runs) {
          throw Failures.of(
              FailureType.MIGRATION_REFUSED, "The instance is off; migrate it with mode COLD");
        }
        yield true;
      }
    };
  }

  void stop() {
    Profiles.libvirtLong(
            DomainActivities.class, host, BESIDE_THE_GRACE.plusSeconds(order.graceSeconds()))
        .stopDomain(instance.id(), order.graceSeconds());
  }

  /** An undo. */
  void start() {
    Profiles.undo(DomainActivities.class, host).startDomain(instance.id());
  }

  /** Lets the guest go on that stands still here, when it is the only one. */
  void resumeGuest() {
    Profiles.undo(MigrationActivities.class, host).resumeGuest(instance.id());
  }

  /** What the copy and the switchover may use; a host that was told nothing knows no limit. */
  void limit(MigrationLimits limits) {
    if (limits.bandwidthMiBps() > 0) {
      limited = true;
      Profiles.libvirtShort(MigrationActivities.class, host)
          .limitMigration(instance.id(), instance.job(), limits);
    }
  }

  /** As {@link #limit}, after it may have been told others. */
  void limitAnew(MigrationLimits limits) {
    limited |= limits.bandwidthMiBps() > 0;
    if (limited) {
      Profiles.libvirtShort(MigrationActivities.class, host)
          .limitMigration(instance.id(), instance.job(), limits);
    }
  }

  /** Beside what a step does there; tried until the host takes it. */
  void limitMeanwhile(MigrationLimits limits) {
    limited = true;
    Profiles.undo(MigrationActivities.class, host)
        .limitMigration(instance.id(), instance.job(), limits);
  }

  /** An undo: another job's copies must not keep to what this one was told. */
  void unlimit() {
    if (limited) {
      MigrationLimits own = order.limits();
      limitMeanwhile(new MigrationLimits(0, own.maxDowntimeMillis(), own.postCopy()));
    }
  }

  /** One call that moves the running guest. */
  SwitchedOver switchOver(SwitchOrder switching) {
    return Profiles.move(MigrationActivities.class, host).switchOver(switching);
  }

  /** That runs, whoever began it. */
  void endMigration() {
    Profiles.libvirtShort(MigrationActivities.class, host).endMigration(instance.id());
  }

  /** An undo. */
  void mergeOverlays() {
    Profiles.undoMove(OverlayActivities.class, host).mergeOverlays(instance.id());
  }

  /** When the instance is the target's. */
  void clear() {
    Profiles.undo(MigrationActivities.class, host).clearSide(instance.id(), order.sourcePool());
    for (MovedVolume volume : order.volumes()) {
      Profiles.undo(BlockVolumeActivities.class, host)
          .deleteVolume(volume.id(), volume.sourcePool());
    }
    Profiles.undo(NetworkActivities.class, host).disconnectPorts(instance.id(), instance.ports());
  }
}
