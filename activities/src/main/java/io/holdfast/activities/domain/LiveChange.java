package io.holdfast.activities.domain;

import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** A change of what a guest has at this moment. */
@FunctionalInterface
interface LiveChange {
  void make() throws LibvirtException;

  /** False when the domain is off, also when it went off meanwhile: nothing is live then. */
  static boolean whileItRuns(Domain domain, LiveChange change) throws LibvirtException {
    if (domain.isActive() != 1) {
      return false;
    }
    try {
      change.make();
      return true;
    } catch (LibvirtException refused) {
      if (domain.isActive() == 1) {
        throw refused;
      }
      return false;
    }
  }
}
