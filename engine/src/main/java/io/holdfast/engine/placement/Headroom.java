package io.holdfast.engine.placement;

import io.holdfast.workflows.model.ComputeSize;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far an instance may grow while it runs. A processor that is not plugged costs a Linux guest a
 * quarter of a MiB. Slots for memory cost it 64 MiB, which it sets aside for devices as soon as it
 * may get memory above 4 GiB; a guest that is as large already has done so.
 */
public final class Headroom {
  /** What Linux takes in at once, up to 64 GiB. */
  public static final int MEMORY_STEP_MIB = 128;

  /** With less, a guest with slots for memory may not start. */
  public static final int LEAST_MEMORY_MIB = 256;

  private static final int FACTOR = 4;
  private static final int UNASKED_VCPUS = 64;
  private static final int UNASKED_FROM_MIB = 4096;
  private static final int UNASKED_MEMORY_MIB = 262_144;

  private Headroom() {}

  /** For an instance of which nobody said it. */
  public static ComputeSize of(ComputeSize size) {
    int memory =
        size.memoryMiB() < UNASKED_FROM_MIB
            ? size.memoryMiB()
            : Math.min(FACTOR * size.memoryMiB(), UNASKED_MEMORY_MIB);
    return size.atLeast(new ComputeSize(Math.min(FACTOR * size.vcpus(), UNASKED_VCPUS), memory));
  }

  /**
   * The limit after a resize: the old one where the new size fits, so that a guest that runs can
   * take it as it is.
   *
   * @param old null: the guest was started without room
   * @param askedVcpus null: nobody said it
   * @param askedMemoryMiB the same
   */
  public static ComputeSize after(
      @Nullable ComputeSize old,
      ComputeSize wanted,
      @Nullable Integer askedVcpus,
      @Nullable Integer askedMemoryMiB) {
    ComputeSize unasked = unasked(old, wanted);
    return new ComputeSize(
        askedVcpus == null ? unasked.vcpus() : askedVcpus,
        askedMemoryMiB == null ? unasked.memoryMiB() : askedMemoryMiB);
  }

  private static ComputeSize unasked(@Nullable ComputeSize old, ComputeSize wanted) {
    if (old == null) {
      return of(wanted);
    }
    ComputeSize kept = old.atLeast(wanted).equals(old) ? old : old.atLeast(of(wanted));
    return wanted.memoryMiB() < LEAST_MEMORY_MIB
        ? new ComputeSize(kept.vcpus(), wanted.memoryMiB())
        : kept;
  }

  /** Why a guest that runs cannot take the size as it runs; empty when it can. */
  public static List<String> obstacles(
      ComputeSize before, @Nullable ComputeSize old, ComputeSize wanted, ComputeSize limit) {
    List<String> obstacles = new ArrayList<>();
    if (wanted.vcpus() < before.vcpus() || wanted.memoryMiB() < before.memoryMiB()) {
      obstacles.add("a guest that runs only grows");
    }
    if (old == null) {
      obstacles.add("it was started without room to grow; it gets some with the restart");
    } else {
      beyond("maxVcpus", old.vcpus(), wanted.vcpus(), obstacles);
      beyond("maxMemoryMiB", old.memoryMiB(), wanted.memoryMiB(), obstacles);
      if (obstacles.isEmpty() && !limit.equals(old)) {
        obstacles.add("maxVcpus and maxMemoryMiB change with a restart only");
      }
    }
    int memory = wanted.memoryMiB() - before.memoryMiB();
    if (memory > 0 && memory % MEMORY_STEP_MIB != 0) {
      obstacles.add(
          "memory grows in steps of %d MiB, and %d are asked for"
              .formatted(MEMORY_STEP_MIB, memory));
    }
    return obstacles;
  }

  private static void beyond(String field, int limit, int wanted, List<String> obstacles) {
    if (wanted > limit) {
      obstacles.add("%s of what runs is %d, and %d are asked for".formatted(field, limit, wanted));
    }
  }
}
