package io.holdfast.workflows.model;

/** How a network reaches out. Both have DHCP with a reservation for each port. */
public enum NetworkMode {
  NAT,
  ISOLATED
}
