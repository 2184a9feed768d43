package io.holdfast.engine.db;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the host of a pool said last of the room there, see {@code PoolRoom}. */
public record PoolRoomRow(
    UUID hostId, String name, @Nullable String fileSystem, long totalBytes, long freeBytes) {}
