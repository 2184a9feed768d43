package io.holdfast.workflows.model;

/** An image that was verified on a host. */
public record PlacedImage(ImageId image, long virtualSizeBytes, long fileBytes) {}
