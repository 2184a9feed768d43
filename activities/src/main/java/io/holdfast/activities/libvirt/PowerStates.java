package io.holdfast.activities.libvirt;

import io.holdfast.workflows.model.PowerState;

/** libvirt's virDomainState in Holdfast's words. */
final class PowerStates {
  private PowerStates() {}

  static PowerState of(int state) {
    return switch (state) {
      case 1, 2, 4 -> PowerState.RUNNING; // running, blocked, being shut down
      case 3, 7 -> PowerState.PAUSED; // paused, suspended by the guest
      case 5 -> PowerState.SHUTOFF;
      case 6 -> PowerState.CRASHED;
      default -> PowerState.UNKNOWN;
    };
  }
}
