package io.holdfast.engine.db;

/** Which recovery point of an instance a run takes. */
public enum PointChoice {
  /** The newest one that may be recovered from. */
  LATEST,
  /** The newest one that was read again and found right. */
  LATEST_VERIFIED,
  /** The newest one that was taken no later than a moment. */
  AT
}
