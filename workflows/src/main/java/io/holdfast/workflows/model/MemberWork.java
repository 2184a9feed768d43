package io.holdfast.workflows.model;

/** What a run has done with an instance of its plan, each by a job of its own. */
public enum MemberWork {
  /** Another instance takes over, or stands beside it for a test. */
  RECOVER,
  /** What a test made of it is removed. */
  REMOVE,
  SHUT_DOWN,
  START
}
