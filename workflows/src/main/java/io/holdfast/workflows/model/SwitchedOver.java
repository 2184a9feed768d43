package io.holdfast.workflows.model;

/**
 * What a switchover came to, as libvirt counted; zeros when the worker that saw it began is dead.
 *
 * @param downtimeMillis that the guest stood still
 * @param iterations of its memory
 */
public record SwitchedOver(
    long totalMillis, long downtimeMillis, long memoryBytes, long diskBytes, long iterations) {}
