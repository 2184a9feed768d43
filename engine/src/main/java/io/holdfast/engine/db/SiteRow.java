package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;

/** A place whose hosts fail together. */
public record SiteRow(UUID id, String name, Instant createdAt) {}
