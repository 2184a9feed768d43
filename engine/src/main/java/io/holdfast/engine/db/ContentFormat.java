package io.holdfast.engine.db;

/** What the caller says an image's disk is; AUTO is found out. */
public enum ContentFormat {
  AUTO,
  RAW,
  QCOW2,
  VMDK,
  OVA
}
