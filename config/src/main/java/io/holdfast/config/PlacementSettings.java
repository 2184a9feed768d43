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
 */
public record PlacementSettings(
    @Min(1) @Max(1000) Integer vcpusPerCpu, @Min(1) @Max(1000) Integer diskOvercommit) {
  private static final int DEFAULT_VCPUS = 16;
  private static final int DEFAULT_DISK = 2;

  public static final PlacementSettings DEFAULT =
      new PlacementSettings(DEFAULT_VCPUS, DEFAULT_DISK);

  public PlacementSettings {
    vcpusPerCpu = vcpusPerCpu == null ? DEFAULT_VCPUS : vcpusPerCpu;
    diskOvercommit = diskOvercommit == null ? DEFAULT_DISK : diskOvercommit;
  }
}
