package io.holdfast.workflows.model;

/**
 * How far a stream is: what a heartbeat of {@code sendDisk} carries.
 *
 * @param offset up to which the target has all of the disk on its own disk
 */
public record StreamMark(long offset, StreamCounts counts) {}
