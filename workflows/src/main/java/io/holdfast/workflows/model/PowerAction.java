package io.holdfast.workflows.model;

/** What a power job brings about. STOP asks the guest first and pulls the plug after a time. */
public enum PowerAction {
  START,
  STOP,
  REBOOT
}
