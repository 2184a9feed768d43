package io.holdfast.workflows.model;

/** Processors and memory of an instance. */
public record ComputeSize(int vcpus, int memoryMiB) {}
