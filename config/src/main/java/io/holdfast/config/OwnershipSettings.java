package io.holdfast.config;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * Where a host keeps what it may run, and where libvirt's hook that asks for it lies.
 *
 * @param directory on the host's own disk, so that it outlives power cuts
 * @param bootDirectory that is empty after a boot
 * @param hook of libvirt's QEMU driver; libvirtd runs all files of its folder
 */
public record OwnershipSettings(
    @NotNull @Pattern(regexp = PATH, message = MESSAGE) String directory,
    @NotNull @Pattern(regexp = PATH, message = MESSAGE) String bootDirectory,
    @NotNull @Pattern(regexp = PATH, message = MESSAGE) String hook) {
  private static final String DIRECTORY = "/var/lib/holdfast/ownership";
  private static final String BOOT_DIRECTORY = "/run/holdfast/ownership";
  private static final String HOOK = "/etc/libvirt/hooks/qemu.d/holdfast";

  /** As on an ordinary host. */
  public static final OwnershipSettings DEFAULT =
      new OwnershipSettings(DIRECTORY, BOOT_DIRECTORY, HOOK);

  private static final String PATH = "/[^'\\p{Cntrl}\\\\$]*";
  private static final String MESSAGE = "must be an absolute path without quotes";

  public OwnershipSettings {
    directory = directory == null ? DIRECTORY : directory;
    bootDirectory = bootDirectory == null ? BOOT_DIRECTORY : bootDirectory;
    hook = hook == null ? HOOK : hook;
  }
}
