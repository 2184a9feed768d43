package io.holdfast.workflows.model;

/**
 * An image as a host needs to know it.
 *
 * @param sha256 of the content as it is fetched, lower-case hex
 * @param sizeBytes of the content as it is fetched
 * @param virtualSizeBytes of the disk inside
 */
public record ImageSpec(
    ImageId id,
    String name,
    ImageFormat format,
    String sha256,
    long sizeBytes,
    long virtualSizeBytes) {}
