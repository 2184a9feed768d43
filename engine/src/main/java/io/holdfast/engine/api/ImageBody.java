package io.holdfast.engine.api;

import io.holdfast.engine.db.Compression;
import io.holdfast.engine.db.ContentFormat;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.outside.OutsideAddress;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.ImageFormat;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An image.
 *
 * @param format what was said; once the content is there, what its disk is
 * @param source address of the content, without its query, which may be a secret
 * @param sha256 of the content as it was sent, or what the caller expects while there is none
 * @param contentSha256 of the disk in the store, as GET of the content answers it
 * @param sizeBytes of the disk in the store
 * @param activeJob id of the job that works on it
 * @param lease of that job; null when none works on it
 */
public record ImageBody(
    UUID id,
    String name,
    ImageState state,
    ContentFormat format,
    Compression compression,
    GuestReadiness readiness,
    @Nullable String source,
    @Nullable String sha256,
    @Nullable String contentSha256,
    @Nullable Long sizeBytes,
    @Nullable Long virtualSizeBytes,
    @Nullable UUID activeJob,
    @Nullable LeaseBody lease,
    Instant createdAt) {
  public static ImageBody of(ImageRow row, @Nullable UUID activeJob, @Nullable LeaseBody lease) {
    return new ImageBody(
        row.id(),
        row.name(),
        row.state(),
        format(row),
        row.compression(),
        row.readiness(),
        row.sourceUrl() == null ? null : new OutsideAddress(row.sourceUrl()).shown(),
        row.sha256() == null ? row.expectedSha256() : row.sha256(),
        row.contentSha256(),
        row.sizeBytes(),
        row.virtualSizeBytes(),
        activeJob,
        lease,
        row.createdAt());
  }

  private static ContentFormat format(ImageRow row) {
    ImageFormat found = row.contentFormat();
    return found == null ? row.format() : ContentFormat.valueOf(found.name());
  }
}
