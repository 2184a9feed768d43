package io.holdfast.workflows.model;

/** What proves that a guest of an image has started. */
public enum GuestReadiness {
  /** The QEMU guest agent answers a ping. */
  AGENT,
  /** The network's DHCP server has given the guest's first port its address. */
  DHCP,
  /** The domain runs; nothing is asked of the guest. */
  NONE
}
