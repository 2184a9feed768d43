package io.holdfast.engine.db;

import java.util.UUID;

/** The note that an image was verified in a pool of a host. */
public record ImageCopyRow(UUID imageId, UUID hostId, String pool) {}
