package io.holdfast.engine.db;

/**
 * Which events there are.
 *
 * @param prunedTo the last one that is no longer kept; 0 when all are
 * @param lastId the last one that has an id; 0 when there is none
 */
public record EventSpan(long prunedTo, long lastId) {}
