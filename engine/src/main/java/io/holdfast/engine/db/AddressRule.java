package io.holdfast.engine.db;

/** Which address a nic gets in the network that it goes to. */
public enum AddressRule {
  /** The first that is free. */
  AUTOMATIC,

  /** The same one; in another network, the one at the same place of its range. */
  KEEP
}
