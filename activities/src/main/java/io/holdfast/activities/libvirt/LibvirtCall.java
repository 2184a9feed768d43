package io.holdfast.activities.libvirt;

import org.libvirt.LibvirtException;

/** Work on an open connection. Handles that it makes, it frees. */
@FunctionalInterface
public interface LibvirtCall<T> {
  T on(LibvirtSession libvirt) throws LibvirtException, LibvirtFault;
}
