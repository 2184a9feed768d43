package io.holdfast.engine.db;

/** What the caller says of an image's content; AUTO until it was read. */
public enum ContentFormat {
  AUTO,
  RAW,
  QCOW2
}
