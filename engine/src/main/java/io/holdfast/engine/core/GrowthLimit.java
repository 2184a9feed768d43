package io.holdfast.engine.core;

import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.placement.Headroom;
import io.holdfast.workflows.model.ComputeSize;
import org.jspecify.annotations.Nullable;

/** How far a caller lets an instance grow while it runs: refused where it cannot be. */
final class GrowthLimit {
  private GrowthLimit() {}

  /** Of a new instance. */
  static ComputeSize of(
      ComputeSize size, @Nullable Integer maxVcpus, @Nullable Integer maxMemoryMiB) {
    check(size, maxVcpus, maxMemoryMiB);
    return Headroom.after(null, size, maxVcpus, maxMemoryMiB);
  }

  static void check(ComputeSize size, @Nullable Integer maxVcpus, @Nullable Integer maxMemoryMiB) {
    notBelow("maxVcpus", maxVcpus, "vcpus", size.vcpus());
    notBelow("maxMemoryMiB", maxMemoryMiB, "memoryMiB", size.memoryMiB());
    if (maxMemoryMiB != null
        && maxMemoryMiB > size.memoryMiB()
        && size.memoryMiB() < Headroom.LEAST_MEMORY_MIB) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "maxMemoryMiB",
          "maxMemoryMiB: room for more costs a Linux guest 64 MiB, so it needs memoryMiB of at"
              + " least "
              + Headroom.LEAST_MEMORY_MIB);
    }
  }

  private static void notBelow(String field, @Nullable Integer most, String of, int size) {
    if (most != null && most < size) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          field,
          "%s must not be below %s, which is %d".formatted(field, of, size));
    }
  }
}
