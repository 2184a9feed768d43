package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;

/** A size of instance that has a name. */
public record FlavorRow(
    UUID id, String name, int vcpus, int memoryMiB, int diskGiB, Instant createdAt) {}
