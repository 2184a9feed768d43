package io.holdfast.engine.db;

/** What a project uses, by its limits' units; a part of a GiB counts as a whole one. */
public record UsageRow(long vcpus, long memoryMiB, long diskGiB, long instances) {}
