package io.holdfast.engine.image;

import java.nio.file.Path;

/**
 * Content that is whole and on disk, and not yet an image's.
 *
 * @param sha256 lower-case hex
 */
public record StagedContent(Path file, long sizeBytes, String sha256) {}
