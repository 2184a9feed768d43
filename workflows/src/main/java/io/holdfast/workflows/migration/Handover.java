package io.holdfast.workflows.migration;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MigrationStage;
import io.holdfast.workflows.model.SwitchOrder;
import io.holdfast.workflows.model.SwitchedOver;
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

  private final HandoverNotes notes;
  private final Settling settling;
  private final String sourceName;
  private final String targetName;
  private final Sides sides;
  private final SourceSide source;
  private final TargetSide target;
  private final HostId targetId;
  private boolean moved;

  /** From then on what is at the target must be undone there: a domain may be among it. */
  private boolean begun;

  /** What both hosts said when they were asked last. */
  private Settling.Found found = Settling.Found.SOURCES;

  /** Why the guest may be the target's, as long as that was not found out; or null. */
  private @Nullable String doubt;

  Handover(MigrationOrder order, Sides sides, SourceSide source, TargetSide target) {
    notes = new HandoverNotes(order);
    sourceName = order.source().name();
    targetName = order.target().name();
    targetId = order.target().id();
    this.sides = sides;
    this.source = source;
    this.target = target;
    settling = new Settling(sides, source, target, notes, targetName);
    begun = order.stage() != MigrationStage.COPYING;
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

  /** Before a guest that runs is handed over. */
  void begin() {
    begun = true;
    notes.begin();
  }

  /** Before anything of an instance that is off may be at the target. */
  void beginStopped() {
    begun = true;
    notes.beginStopped();
  }

  /**
   * The instance is the source's: what is at the target is none of it, whatever becomes of either
   * host, until the next handover begins.
   */
  void takeBack() {
    notes.takeBack();
  }

  private void doubt(String why) {
    if (HandoverNotes.isNoted()) {
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
    Duration pause = Pauses.FIRST;
    for (int tries = 1; ; tries++) {
      if (settle(true)) {
        return UNSEEN;
      }
      requireRunning();
      TemporalFailure failure;
      SwitchedOver switched = UNSEEN;
      try {
        if (!found.isUnderWay()) {
          prepare.apply();
        }
        notes.beginTry();
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
        throw found == Settling.Found.BROKEN && heals(failure) ? settling.half() : failure;
      }
      Workflow.sleep(pause);
      pause = Pauses.longer(pause);
    }
  }

  /** Also when libvirt has yet to notice at the target that what arrives there never will. */
  private static boolean heals(TemporalFailure failure) {
    FailureType type = Failures.typeOf(failure);
    return !Failures.isCancelled(failure)
        && (type == FailureType.MIGRATION_FAILED || type == FailureType.MIGRATION_BUSY);
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
    InstanceOwner owner = sides.owner(notes.isTakenBack());
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
    Workflow.newDetachedCancellationScope(() -> found = settling.find(follows)).run();
    moved = found == Settling.Found.TARGETS;
    if (!found.isUnderWay()) {
      doubt = null;
    }
    return moved;
  }

  private void requireRunning() {
    if (found == Settling.Found.ENDED_AT_SOURCE) {
      throw Failures.of(
          FailureType.INSTANCE_ENDED,
          "The guest was ended at %s while it was to be moved".formatted(sourceName));
    }
  }
}
