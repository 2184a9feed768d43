package io.holdfast.engine.image;

import io.holdfast.engine.db.ImageDao;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A disk that was unpacked, judged, and is whole on disk; not yet an image's. Hashes are lower-case
 * hex.
 *
 * @param sentSha256 of the content as it was sent
 * @param sha256 of the file
 * @param header what the file is
 */
public record StagedContent(
    Path file, long sizeBytes, String sentSha256, String sha256, ImageHeader header) {
  /** Writes what the content is to its image's row. */
  public void record(ImageDao images, UUID image) {
    images.setContent(
        image, header.format(), sentSha256, sha256, sizeBytes, header.virtualSizeBytes());
  }
}
