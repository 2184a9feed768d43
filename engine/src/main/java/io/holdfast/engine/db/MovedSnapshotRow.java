package io.holdfast.engine.db;

import org.jdbi.v3.core.mapper.Nested;

/** A snapshot on its way to another host. */
public record MovedSnapshotRow(@Nested SnapshotRow snapshot, String sourcePool) {}
