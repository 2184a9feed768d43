package io.holdfast.workflows.migration;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/**
 * Finds out where an instance is that is handed over, and lets a guest that stands still go on
 * there: looks at both hosts, and does what is next, until it is somebody's.
 */
final class Settling {
  /** Looks at what stays as it is although it was to end: some ten minutes. */
  private static final int MOST_LOOKS = 24;

  private final Sides sides;
  private final SourceSide source;
  private final TargetSide target;
  private final HandoverNotes notes;
  private final String targetName;

  /** {@code notes}: of the handover; by them it is known whether what has arrived counts. */
  Settling(
      Sides sides, SourceSide source, TargetSide target, HandoverNotes notes, String targetName) {
    this.sides = sides;
    this.source = source;
    this.target = target;
    this.notes = notes;
    this.targetName = targetName;
  }

  /** Whose it is, or that a migration takes it away at this moment. */
  enum Found {
    SOURCES,
    ENDED_AT_SOURCE,
    TARGETS,
    /** A migration that was begun by a call whose worker is dead takes the guest away. */
    UNDER_WAY,
    /** The same, but it broke off, and can only go on. */
    BROKEN;

    boolean isUnderWay() {
      return this == UNDER_WAY || this == BROKEN;
    }
  }

  /**
   * Fails as {@link Handover#settle()} does.
   *
   * @param follows a migration that is under way is left to the next call for it
   */
  Found find(boolean follows) {
    Duration pause = Pauses.FIRST;
    int stands = 0;
    for (int looks = 1; ; ) {
      InstanceOwner owner = sides.owner(notes.isTakenBack());
      switch (owner) {
        case SOURCE, SOURCE_OFF -> {
          notes.takeBack();
          return owner == InstanceOwner.SOURCE_OFF ? Found.ENDED_AT_SOURCE : Found.SOURCES;
        }
        case TARGET, TARGET_OFF -> {
          return Found.TARGETS;
        }
        case LEAVING, MOVING -> {
          if (notes.isTakenBack() && owner == InstanceOwner.LEAVING) {
            notes.note(); // a call that came late takes it away
          }
          if (isEnded()) {
            if (owner == InstanceOwner.LEAVING && follows) {
              return Found.UNDER_WAY;
            }
            if (looks++ == MOST_LOOKS) {
              throw Failures.of(
                  FailureType.MIGRATION_BUSY, "The migration does not end: " + sides.said());
            }
            source.endMigration();
          }
          Workflow.sleep(pause);
          pause = Pauses.longer(pause);
        }
        case SOURCE_WITH_ARRIVAL -> {
          pause = pauseAgain(++stands, pause);
          notes.takeBack();
          target.clear();
        }
        case SOURCE_WITH_REST -> {
          if (!HandoverNotes.knowsTakingBack()) {
            return Found.SOURCES;
          }
          pause = pauseAgain(++stands, pause);
          notes.takeBack();
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
          if (notes.isTakenBack()) {
            notes.note(); // as above
          }
          target.resumeGuest();
        }
        case BROKEN -> {
          if (!follows) {
            throw half();
          }
          return Found.BROKEN;
        }
        case UNKNOWN -> throw Failures.of(FailureType.OWNER_UNKNOWN, sides.said());
      }
    }
  }

  TemporalFailure half() {
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
    return Pauses.longer(pause);
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
}
