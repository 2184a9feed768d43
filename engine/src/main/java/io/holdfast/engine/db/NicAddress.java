package io.holdfast.engine.db;

/**
 * The address that a nic of an instance gets at the recovery site.
 *
 * @param nic from 0, in the order of the instance's nics
 */
public record NicAddress(int nic, String address) {}
