package io.holdfast.workflows.model;

/**
 * A disk under an overlay: its bytes change no more.
 *
 * @param disk as in {@link DiskSpec#name()}
 * @param bytes of the disk that the guest sees
 */
public record FrozenDisk(String disk, long bytes) {}
