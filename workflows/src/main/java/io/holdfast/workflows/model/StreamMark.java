package io.holdfast.workflows.model;

/**
 * How far a stream is: what a heartbeat of {@code sendDisk} carries.
 *
 * @param offset up to which the target has all of the disk on its own disk
 * @param size of the disk, in bytes; 0 from a worker of before
 */
public record StreamMark(long offset, long size, StreamCounts counts) {}
