package io.holdfast.workflows.migration;

import io.holdfast.workflows.model.MigrationSide;

/**
 * Which of two hosts has an instance that is, or was, on its way between them. Decided from what
 * both say, never from what a call answered or did not.
 *
 * <p>A guest that arrives stands still until it is let run on purpose, and that only once it was
 * handed over (see MigrationActivities.switchOver). So a source that runs is the owner whatever the
 * target has, and a target that stands still has all of the guest; unless its source was seen
 * running after that: then it has what the guest once was.
 */
enum InstanceOwner {
  /** It runs at the source. */
  SOURCE,
  /** It runs at the source, and what of it stands still at the target has never run. */
  SOURCE_WITH_ARRIVAL,
  /** It runs at the source; what arrived at the target has lost its power there, and never ran. */
  SOURCE_WITH_REST,
  /** It stands still at the source, and may go on there once nothing of it is at the target. */
  SOURCE_STANDS,
  /**
   * It is off at the source, and was not handed over: its host lost power, or somebody ended it.
   */
  SOURCE_OFF,
  /** It is off at the source, and what lies at the target arrived before a handover in vain. */
  SOURCE_OFF_WITH_REST,
  /** A migration takes it away from the source, where it still is. */
  LEAVING,
  /** It has left the source, and arrives. */
  MOVING,
  /** It runs at the target. */
  TARGET,
  /** All of it is at the target and stands still there, and the source will not run it again. */
  TARGET_STANDS,
  /**
   * It was handed over and has been off since. A libvirtd that was restarted has forgotten that it
   * handed a guest over, and says that it is off.
   */
  TARGET_OFF,
  /** Its post-copy broke off, so that neither side has all of it. */
  BROKEN,
  /** What the hosts say does not decide it; nothing may be changed. */
  UNKNOWN;

  /**
   * {@code takenBack}: it was found to be the source's since the last handover began, so that what
   * has arrived is none of it.
   */
  static InstanceOwner of(MigrationSide source, MigrationSide target, boolean takenBack) {
    boolean arrived = target == MigrationSide.OFF || target == MigrationSide.PAUSED;
    if (takenBack && arrived && source == MigrationSide.OFF) {
      return SOURCE_OFF_WITH_REST;
    }
    if (takenBack && arrived && source == MigrationSide.ABSENT) {
      return UNKNOWN; // somebody took the newer one away
    }
    return of(source, target);
  }

  private static InstanceOwner of(MigrationSide source, MigrationSide target) {
    return switch (source) {
      case RUNNING ->
          switch (target) {
            case ABSENT, ARRIVING -> SOURCE;
            case PAUSED -> SOURCE_WITH_ARRIVAL;
            case OFF -> SOURCE_WITH_REST;
            case RUNNING, LEAVING, HANDED_OVER -> UNKNOWN;
            case BROKEN -> BROKEN;
          };
      case LEAVING ->
          switch (target) {
            case ABSENT, OFF, PAUSED, ARRIVING, RUNNING -> LEAVING;
            case LEAVING, HANDED_OVER -> UNKNOWN;
            case BROKEN -> BROKEN;
          };
      case PAUSED ->
          switch (target) {
            case ABSENT, OFF, PAUSED, ARRIVING -> SOURCE_STANDS;
            case RUNNING -> TARGET;
            case LEAVING, HANDED_OVER -> UNKNOWN;
            case BROKEN -> BROKEN;
          };
      case OFF ->
          switch (target) {
            case ABSENT -> SOURCE_OFF;
            case OFF -> TARGET_OFF; // defined there means that all of it had arrived
            case ARRIVING -> MOVING;
            case PAUSED -> TARGET_STANDS;
            case RUNNING -> TARGET;
            case LEAVING, HANDED_OVER -> UNKNOWN;
            case BROKEN -> BROKEN;
          };
      case HANDED_OVER, ABSENT ->
          switch (target) {
            case RUNNING -> TARGET;
            case PAUSED -> TARGET_STANDS;
            case OFF -> TARGET_OFF;
            case ARRIVING -> MOVING;
            case ABSENT, LEAVING, HANDED_OVER -> UNKNOWN;
            case BROKEN -> BROKEN;
          };
      case ARRIVING -> UNKNOWN;
      case BROKEN -> BROKEN;
    };
  }
}
