package io.holdfast.config;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * How the libvirtds and QEMUs of other hosts reach this one, to bring it running instances.
 *
 * @param libvirtUri of this host's libvirtd: qemu+tls://kvm1.example.org/system; what the QEMUs
 *     send is encrypted when it begins with qemu+tls
 * @param address that this host's QEMUs listen on, without a port
 */
public record MigrationSettings(
    @NotNull
        @Pattern(regexp = "qemu\\+\\w+://\\S+/system", message = "must be qemu+...://.../system")
        String libvirtUri,
    @NotNull @Pattern(regexp = "[^\\s/]+", message = "must be an address") String address) {}
