package io.holdfast.workflows.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A resize as the ledger recorded it.
 *
 * @param before the size that the instance has
 * @param limitBefore how far it may grow while it runs; null: not at all
 * @param limit as of its next start
 * @param restart true when an instance that runs may be stopped for it
 * @param restartFor why a guest that runs cannot take it as it runs; empty when it can
 */
public record ResizeOrder(
    InstanceId instance,
    HostRef host,
    ComputeSize before,
    @Nullable ComputeSize limitBefore,
    ComputeSize wanted,
    @Nullable ComputeSize limit,
    boolean restart,
    int graceSeconds,
    List<String> restartFor) {
  /** An order of a version that knew of no growth while the guest runs has no reasons. */
  public ResizeOrder {
    restartFor = restartFor == null ? List.of("it was asked for with a restart") : restartFor;
  }
}
