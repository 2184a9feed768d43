package io.holdfast.engine.api;

import io.holdfast.workflows.model.Consistency;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of all disks of an instance in one moment; attached volumes are not among them.
 *
 * @param name of the snapshot; the instance's with a part of the id unless told
 * @param consistency CRASH, unless told, is what a power cut would leave
 * @param memory true takes the guest's memory too, so that a restore has it go on where it was;
 *     only of an instance that runs and has no volume, and with CRASH. False unless told
 */
public record CreateSnapshotRequest(
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String name,
    Consistency consistency,
    Boolean memory) {
  /** What an empty body asks for. */
  public static final CreateSnapshotRequest NONE =
      new CreateSnapshotRequest(null, Consistency.CRASH, false);

  public CreateSnapshotRequest {
    consistency = consistency == null ? Consistency.CRASH : consistency;
    memory = memory != null && memory;
  }
}
