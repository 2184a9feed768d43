package io.holdfast.workflows.migration;

import io.holdfast.workflows.activity.MigrationActivities;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MigrationSide;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.failure.ActivityFailure;

/** What both hosts of a migration say of the instance. */
final class Sides {
  private final HostRef source;
  private final HostRef target;
  private final InstanceId instance;
  private String said = "nobody was asked";

  Sides(MigrationOrder order) {
    source = order.source();
    target = order.target();
    instance = order.instance().id();
  }

  /**
   * Asks both. One that is silent is done without when the other says that the guest runs there:
   * that is decided then. Else it fails with that host's silence, and can be asked again. {@code
   * takenBack}: see {@link InstanceOwner#of}.
   */
  InstanceOwner owner(boolean takenBack) {
    MigrationSide atSource;
    try {
      atSource = ask(source);
    } catch (ActivityFailure silence) {
      return unlessThere(source.name() + " is silent", silence);
    }
    try {
      return owner(atSource, takenBack);
    } catch (ActivityFailure silence) { // what failed for another cause may answer now
      return unlessThere("%s says %s".formatted(source.name(), atSource), silence);
    }
  }

  private InstanceOwner unlessThere(String ofSource, ActivityFailure silence) {
    MigrationSide atTarget = ask(target);
    said = "%s, %s says %s".formatted(ofSource, target.name(), atTarget);
    if (atTarget == MigrationSide.RUNNING) {
      return InstanceOwner.TARGET;
    }
    throw silence;
  }

  private InstanceOwner owner(MigrationSide atSource, boolean takenBack) {
    try {
      MigrationSide atTarget = ask(target);
      said = "%s says %s, %s says %s".formatted(source.name(), atSource, target.name(), atTarget);
      return InstanceOwner.of(atSource, atTarget, takenBack);
    } catch (ActivityFailure silence) {
      said = "%s says %s, %s is silent".formatted(source.name(), atSource, target.name());
      if (atSource == MigrationSide.RUNNING) {
        return InstanceOwner.SOURCE;
      }
      throw silence;
    }
  }

  /** The last answers, for people. */
  String said() {
    return said;
  }

  private MigrationSide ask(HostRef host) {
    return Profiles.libvirtShort(MigrationActivities.class, host.id()).readSide(instance);
  }
}
