package io.holdfast.workflows.model;

/**
 * A storage pool as its host reported it.
 *
 * @param reflink true when a whole file can be cloned in the file system (tried, not guessed)
 */
public record PoolFacts(
    String name, String path, long capacityBytes, long availableBytes, boolean reflink) {}
