package io.holdfast.workflows.model;

/**
 * What a stream carried, in bytes; also its progress.
 *
 * @param logical of the disk that were looked at or known to be unchanged so far
 * @param wire that were sent, headers and compression counted
 * @param zero that were not sent, being zeros
 * @param same that were not sent, being there already
 */
public record StreamCounts(long logical, long wire, long zero, long same) {}
