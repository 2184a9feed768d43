package io.holdfast.workflows.model;

/** Disk formats that an image may have in the store; on a host it is always QCOW2. */
public enum ImageFormat {
  RAW,
  QCOW2,
  VMDK
}
