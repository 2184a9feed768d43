package io.holdfast.engine.api;

import io.holdfast.engine.placement.TransferPlanner.Transfer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a move would have to bring to its target, as far as that is known beforehand.
 *
 * @param bytesToCopyAtMost all that lies at the source, as if it were full; 0 on shared storage
 * @param memoryBytes of a guest that runs on, which go over once at least; else 0
 * @param bytesWhileStillAtMost what goes while the guest cannot run; null: as much as goes within
 *     {@code maxDowntimeMs}
 * @param bytesPerSecondAtMost by the lowest of the limits; null for none
 * @param waitsFor these limits
 * @param notes what makes it less than it looks, or more
 */
public record PlannedTransfer(
    long bytesToCopyAtMost,
    long memoryBytes,
    @Nullable Long bytesWhileStillAtMost,
    @Nullable Long bytesPerSecondAtMost,
    List<String> waitsFor,
    List<String> notes) {
  static PlannedTransfer of(Transfer transfer) {
    return new PlannedTransfer(
        transfer.bytesToCopyAtMost(),
        transfer.memoryBytes(),
        transfer.bytesWhileStillAtMost(),
        transfer.bytesPerSecondAtMost(),
        transfer.waitsFor(),
        transfer.notes());
  }
}
