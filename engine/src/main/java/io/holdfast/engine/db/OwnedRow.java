package io.holdfast.engine.db;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a host, and whose it is.
 *
 * @param pool of its disks, or null
 * @param fenced true when it may not run there
 * @param recovered true when another one has taken over and runs
 */
public record OwnedRow(
    UUID id, long epoch, @Nullable String pool, boolean fenced, boolean recovered) {}
