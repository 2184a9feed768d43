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

  /** How guests are run: hardware virtualisation, emulation, whichever works, or not at all. */
  public enum DomainType {
    AUTO,
    KVM,
    QEMU,
    /** Of libvirt's test driver, whose domains are only said to run. */
    TEST
  }
}
