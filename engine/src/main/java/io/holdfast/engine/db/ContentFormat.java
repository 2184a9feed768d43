package io.holdfast.engine.db;

/**
 * What the caller says the disk is; AUTO and OVA until it was read. Once the content is there, it
 * is what the disk in the store is.
 */
public enum ContentFormat {
  AUTO,
  RAW,
  QCOW2,
  VMDK,
  OVA
}
