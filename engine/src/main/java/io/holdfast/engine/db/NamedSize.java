package io.holdfast.engine.db;

import io.holdfast.workflows.model.ComputeSize;
import org.jspecify.annotations.Nullable;

/**
 * Processors and memory of an instance.
 *
 * @param flavor that gave them, by the name that it had, or null when numbers were given
 */
public record NamedSize(@Nullable String flavor, int vcpus, int memoryMiB) {
  public ComputeSize size() {
    return new ComputeSize(vcpus, memoryMiB);
  }
}
