package io.holdfast.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * How often what a host has is promised; the same for all engines. Memory is promised once, since a
 * host without memory kills guests.
 *
 * @param vcpusPerCpu 16 unless told: guests seldom compute at once, and those that do only get
 *     slower
 * @param diskOvercommit bytes of disks to a byte of a pool; 2 unless told: disks are thin, and
 *     seldom full at once
 * @param diskFullPercent of a pool's file system, taken by whomever: from then on nothing new goes
 *     there. 90 unless told; 100: whatever is taken
 */
public record PlacementSettings(
    @Min(1) @Max(1000) Integer vcpusPerCpu,
    @Min(1) @Max(1000) Integer diskOvercommit,
    @Min(1) @Max(100) Integer diskFullPercent) {
  private static final int DEFAULT_VCPUS = 16;
  private static final int DEFAULT_DISK = 2;
  private static final int DEFAULT_FULL = 90;

  public static final PlacementSettings DEFAULT =
      new PlacementSettings(DEFAULT_VCPUS, DEFAULT_DISK, DEFAULT_FULL);

  public PlacementSettings {
    vcpusPerCpu = vcpusPerCpu == null ? DEFAULT_VCPUS : vcpusPerCpu;
    diskOvercommit = diskOvercommit == null ? DEFAULT_DISK : diskOvercommit;
    diskFullPercent = diskFullPercent == null ? DEFAULT_FULL : diskFullPercent;
  }
}
