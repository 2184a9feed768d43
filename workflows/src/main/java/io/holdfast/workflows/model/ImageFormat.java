package io.holdfast.workflows.model;

/** Disk formats that an image may have when it arrives; on a host it is always QCOW2. */
public enum ImageFormat {
  RAW,
  QCOW2
}
