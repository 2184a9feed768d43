package io.holdfast.activities.domain;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.volume.VolumeUsers;
import io.holdfast.workflows.model.InstanceId;

/** Domains that are not off, whosever they are. */
public final class RunningDomains implements VolumeUsers {
  private final LibvirtConnection libvirt;

  public RunningDomains(LibvirtConnection libvirt) {
    this.libvirt = libvirt;
  }

  @Override
  public boolean isActive(InstanceId instance) {
    return libvirt
        .call(
            "Looking for the domain",
            session -> session.domain(instance.value(), domain -> domain.isActive() == 1))
        .orElse(false);
  }
}
