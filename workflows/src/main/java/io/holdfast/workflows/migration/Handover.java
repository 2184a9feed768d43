package io.holdfast.workflows.migration;

import io.holdfast.workflows.activity.MigrationLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MigrationStage;
import io.holdfast.workflows.model.SwitchOrder;
import io.holdfast.workflows.model.SwitchedOver;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Undo;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Functions.Proc;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one moment in which an instance changes its owner. Whatever a call answers, or does not, both
 * hosts are asked afterwards, and what they say decides; see {@link InstanceOwner}.
 */
final class Handover {
  /** When nobody saw it: the worker that began it is dead. */
  private static final SwitchedOver UNSEEN = new SwitchedOver(0, 0, 0, 0, 0);

  /** With the pauses between them some two minutes: a link or a libvirtd is back by then. */
  private static final int MOST_TRIES = 8;

  /** Looks at what stays as it is although it was to end: some ten minutes. */
  private static final int MOST_LOOKS = 24;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final MigrationLedgerActivities ledger =
      Profiles.inventory(MigrationLedgerActivities.class);

  private final JobId job;
  private final InstanceId instance;
  private final String sourceName;
  private final String targetName;
  private final Sides sides;
  private final SourceSide source;
  private final TargetSide target;
  private final HostId targetId;
  private boolean moved;

  /** From then on what is at the target must be undone there: a domain may be among it. */
  private boolean begun;

  private boolean endedAtSource;

  /** It is the source's since the last handover began: what is at the target is none of it. */
  private boolean takenBack;

  /** The ledger says that a handover is going on. */
  private boolean noted;

  /** A migration that was begun by a call whose worker is dead takes the guest away. */
  private boolean underWay;

  /** As {@link #underWay}, but it broke off, and can only go on. */
  private boolean broken;

  /** Why the guest may be the target's, as long as that was not found out; or null. */
  private @Nullable String doubt;

  Handover(MigrationOrder order, Sides sides, SourceSide source, TargetSide target) {
    job = order.instance().job();
    instance = order.instance().id();
    sourceName = order.source().name();
    targetName = order.target().name();
    targetId = order.target().id();
    this.sides = sides;
    this.source = source;
    this.target = target;
    begun = order.stage() != MigrationStage.COPYING;
    takenBack = order.stage() == MigrationStage.TAKEN_BACK;
    noted = order.stage() == MigrationStage.HANDING_OVER;
    if (order.stage().isHandover()) {
      doubt("an earlier run was handing it over");
    }
  }

  /**
   * An undo of the way to the target. Held back while it is not known whose the guest is: nothing
   * of either side is removed then, and nothing is started.
   */
  Proc unlessMoved(Proc undo) {
    return () -> {
      if (moved) {
        return;
      }
      if (doubt != null) {
        throw Saga.heldBack(doubt);
      }
      undo.apply();
    };
  }

  /** See {@link Undo#mayStayAt}: copies, disks, volumes and ports, under names of their own. */
  @Nullable HostId mayStayAt() {
    return begun ? null : targetId;
  }

  /** Before a guest that runs is handed over; each try notes it, see {@link #note}. */
  void begin() {
    begun = true;
    if (isNoted() && !knowsTakingBack()) {
      ledger.beginHandover(job, instance);
    }
  }

  /** Before anything of an instance that is off may be at the target. */
  void beginStopped() {
    begun = true;
    if (isNoted()) {
      note();
    }
  }

  /** From now on what arrives is the newest. */
  private void note() {
    ledger.beginHandover(job, instance);
    noted = true;
    takenBack = false;
  }

  /**
   * The instance is the source's: what is at the target is none of it, whatever becomes of either
   * host, until the next handover begins.
   */
  void takeBack() {
    if (!knowsTakingBack()) {
      return;
    }
    if (noted) {
      ledger.takeBackHandover(job, instance);
      noted = false;
    }
    takenBack = true;
  }

  /** Runs that began before the handover was noted go by what they had then. */
  static boolean isNoted() {
    return Workflow.getVersion("handover-noted", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }

  /** Runs that began before it was known take what has arrived for the newest. */
  private static boolean knowsTakingBack() {
    return Workflow.getVersion("handover-taken-back", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }

  private void doubt(String why) {
    if (isNoted()) {
      doubt = why;
    }
  }

  /**
   * Moves the running guest, and tries again while that fails and the guest runs on at its source.
   * A cancel that comes after the guest was handed over comes too late. One that is under way
   * already is followed.
   *
   * @param prepare makes the target ready, before each try
   */
  SwitchedOver switchOver(SwitchOrder order, Proc prepare) {
    Duration pause = FIRST_PAUSE;
    for (int tries = 1; ; tries++) {
      if (settle(true)) {
        return UNSEEN;
      }
      requireRunning();
      TemporalFailure failure;
      SwitchedOver switched = UNSEEN;
      try {
        if (!underWay) {
          prepare.apply();
        }
        if (knowsTakingBack()) {
          note();
        }
        doubt("the guest may have gone over to " + targetName);
        switched = source.switchOver(order);
        failure = Failures.of(FailureType.MIGRATION_FAILED, "The guest went on at its source");
      } catch (TemporalFailure failed) {
        failure = failed;
      }
      if (settle(true)) {
        return switched;
      }
      requireRunning();
      if (tries == MOST_TRIES || !heals(failure)) {
        throw broken && heals(failure) ? half() : failure;
      }
      Workflow.sleep(pause);
      pause = longer(pause);
    }
  }

  /** Also when libvirt has yet to notice at the target that what arrives there never will. */
  private static boolean heals(TemporalFailure failure) {
    FailureType type = Failures.typeOf(failure);
    return !Failures.isCancelled(failure)
        && (type == FailureType.MIGRATION_FAILED || type == FailureType.MIGRATION_BUSY);
  }

  private static Duration longer(Duration pause) {
    Duration longer = pause.multipliedBy(2);
    return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }

  /**
   * Starts the guest at the target that was stopped at its source, and proves that it runs there.
   */
  void startThere() {
    doubt("the guest may run at " + targetName);
    target.start();
    proveStarted();
  }

  /** The undo of {@link #startThere}: until it has succeeded the source must not run the guest. */
  void stopThere() {
    if (!moved) {
      target.stop();
      doubt = null;
    }
  }

  private void proveStarted() {
    InstanceOwner owner = sides.owner(takenBack);
    if (owner != InstanceOwner.TARGET) {
      throw Failures.of(
          FailureType.OWNER_UNKNOWN,
          "The guest was started at " + targetName + ", but: " + sides.said());
    }
    moved = true;
  }

  /** Of an instance that is off, and defined at the target. */
  void moveStopped() {
    moved = true;
  }

  /**
   * Finds out where the instance is, and lets a guest that stands still go on there; also in a
   * workflow that was cancelled. A migration that nobody follows is ended. True when it is the
   * target's. Fails with OWNER_UNKNOWN, with MIGRATION_BUSY when a migration does not end, with
   * STORAGE_FULL or MIGRATION_FAILED when a guest does not go on, or with the silence of the host
   * that could decide it.
   */
  boolean settle() {
    return settle(false);
  }

  /** A person's word that the guest is not the target's, whatever that may say one day. */
  boolean keepAtSource() {
    takeBack();
    doubt = null;
    return false;
  }

  /** {@code follows}: a migration that is under way is left to the next call for it. */
  private boolean settle(boolean follows) {
    Workflow.newDetachedCancellationScope(() -> moved = isTargets(follows)).run();
    if (!underWay) {
      doubt = null;
    }
    return moved;
  }

  private boolean isTargets(boolean follows) {
    Duration pause = FIRST_PAUSE;
    int stands = 0;
    underWay = false;
    broken = false;
    for (int looks = 1; ; ) {
      InstanceOwner owner = sides.owner(takenBack);
      endedAtSource = owner == InstanceOwner.SOURCE_OFF;
      switch (owner) {
        case SOURCE, SOURCE_OFF -> {
          takeBack();
          return false;
        }
        case TARGET, TARGET_OFF -> {
          return true;
        }
        case LEAVING, MOVING -> {
          if (takenBack && owner == InstanceOwner.LEAVING) {
            note(); // a call that came late takes it away
          }
          if (isEnded()) {
            if (owner == InstanceOwner.LEAVING && follows) {
              underWay = true;
              return false;
            }
            if (looks++ == MOST_LOOKS) {
              throw Failures.of(
                  FailureType.MIGRATION_BUSY, "The migration does not end: " + sides.said());
            }
            source.endMigration();
          }
          Workflow.sleep(pause);
          pause = longer(pause);
        }
        case SOURCE_WITH_ARRIVAL -> {
          pause = pauseAgain(++stands, pause);
          takeBack();
          target.clear();
        }
        case SOURCE_WITH_REST -> {
          if (!knowsTakingBack()) {
            return false;
          }
          pause = pauseAgain(++stands, pause);
          takeBack();
          target.clear();
        }
        case SOURCE_OFF_WITH_REST -> {
          pause = pauseAgain(++stands, pause);
          target.clear();
        }
        case SOURCE_STANDS -> {
          pause = pauseAgain(++stands, pause);
          target.clear();
          source.resumeGuest();
        }
        case TARGET_STANDS -> {
          pause = pauseAgain(++stands, pause);
          if (takenBack) {
            note(); // as above
          }
          target.resumeGuest();
        }
        case BROKEN -> {
          if (!follows) {
            throw half();
          }
          underWay = true;
          broken = true;
          return false;
        }
        case UNKNOWN -> throw Failures.of(FailureType.OWNER_UNKNOWN, sides.said());
      }
    }
  }

  private TemporalFailure half() {
    return Failures.of(
        FailureType.OWNER_UNKNOWN,
        "The post-copy broke off, and the guest's memory lies on both hosts: %s. Mend the link between them, so that it can go on; a guest that is ended on both starts from its disks at %s"
            .formatted(sides.said(), targetName));
  }

  /**
   * Before what is done for a guest that stands still is done again. The first time it is done at
   * once, for the guest's sake.
   */
  private Duration pauseAgain(int stands, Duration pause) {
    if (stands == 1 || !isBounded()) {
      return pause;
    }
    if (stands == MOST_LOOKS) {
      throw Failures.of(
          FailureType.MIGRATION_FAILED, "The guest stands still again and again: " + sides.said());
    }
    Workflow.sleep(pause);
    return longer(pause);
  }

  /** Runs that began before it was bounded do not pause. */
  private static boolean isBounded() {
    return Workflow.getVersion("standstill-bounded", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }

  /** Runs that began before a migration was ended from here wait for its end. */
  private static boolean isEnded() {
    return Workflow.getVersion("migration-ended", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }

  private void requireRunning() {
    if (endedAtSource) {
      throw Failures.of(
          FailureType.INSTANCE_ENDED,
          "The guest was ended at %s while it was to be moved".formatted(sourceName));
    }
  }
}
