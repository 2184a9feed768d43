package io.holdfast.engine.api;

import io.holdfast.engine.db.ContentFormat;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.workflows.model.GuestReadiness;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An image.
 *
 * @param sha256 of the content, or what the caller expects while there is none
 * @param activeJob id of the job that works on it
 * @param lease of that job; null when none works on it
 */
public record ImageBody(
    UUID id,
    String name,
    ImageState state,
    ContentFormat format,
    GuestReadiness readiness,
    @Nullable String source,
    @Nullable String sha256,
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
        row.format(),
        row.readiness(),
        row.sourceUrl(),
        row.sha256() == null ? row.expectedSha256() : row.sha256(),
        row.sizeBytes(),
        row.virtualSizeBytes(),
        activeJob,
        lease,
        row.createdAt());
  }
}
