package io.holdfast.config;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;

/**
 * The libvirt daemon of this host.
 *
 * @param uri "qemu:///system" unless told
 * @param domainType AUTO finds out by starting a small guest
 */
public record LibvirtSettings(@NotBlank String uri, @NotNull DomainType domainType) {
  public LibvirtSettings {
    uri = uri == null ? "qemu:///system" : uri;
    domainType = domainType == null ? DomainType.AUTO : domainType;
  }

  /** How guests are run: hardware virtualisation, emulation, or whichever works. */
  public enum DomainType {
    AUTO,
    KVM,
    QEMU
  }
}
