package io.holdfast.workflows.model;

/**
 * What a power job brings about. STOP asks the guest first and pulls the plug after a time,
 * SHUT_DOWN only asks.
 */
public enum PowerAction {
  START,
  STOP,
  SHUT_DOWN,
  REBOOT
}
