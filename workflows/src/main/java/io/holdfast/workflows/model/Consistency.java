package io.holdfast.workflows.model;

/** What the disks of a snapshot are to those who read them. */
public enum Consistency {
  /** As after a power cut at that moment. */
  CRASH,
  /** The guest's agent had its file systems written out and frozen. */
  APPLICATION
}
