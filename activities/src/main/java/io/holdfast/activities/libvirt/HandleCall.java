package io.holdfast.activities.libvirt;

import org.libvirt.LibvirtException;

/** Work on one handle (a domain, a network, a pool), which is freed afterwards. */
@FunctionalInterface
public interface HandleCall<H, T> {
  T on(H handle) throws LibvirtException, LibvirtFault;
}
