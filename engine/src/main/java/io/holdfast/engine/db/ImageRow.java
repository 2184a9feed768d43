package io.holdfast.engine.db;

import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.ImageFormat;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An image of the catalogue.
 *
 * @param sourceUrl where its content is fetched from; null when it is uploaded
 * @param format what the caller says the disk is
 * @param compression what the caller says is around the disk
 * @param expectedSha256 what the caller says the content hashes to; lower-case hex, or null
 * @param contentFormat of the disk in the store; null until it was fetched
 * @param sha256 of the content as it was sent; null until then
 * @param contentSha256 of the disk as it lies in the store and as hosts fetch it; null until then
 * @param sizeBytes of the disk as it lies in the store
 * @param virtualSizeBytes of the disk inside; null until it was fetched
 */
public record ImageRow(
    UUID id,
    String name,
    ImageState state,
    ContentFormat format,
    Compression compression,
    GuestReadiness readiness,
    @Nullable String sourceUrl,
    @Nullable String expectedSha256,
    @Nullable ImageFormat contentFormat,
    @Nullable String sha256,
    @Nullable String contentSha256,
    @Nullable Long sizeBytes,
    @Nullable Long virtualSizeBytes,
    Instant createdAt) {}
