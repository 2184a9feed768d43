package io.holdfast.workflows.model;

/** Processors and memory of an instance. */
public record ComputeSize(int vcpus, int memoryMiB) {
  /** QEMU's: "pc" machines, which all instances are, have no more. */
  public static final int MOST_VCPUS = 255;

  /** The larger of both in each dimension. */
  public ComputeSize atLeast(ComputeSize other) {
    return new ComputeSize(Math.max(vcpus, other.vcpus), Math.max(memoryMiB, other.memoryMiB));
  }
}
