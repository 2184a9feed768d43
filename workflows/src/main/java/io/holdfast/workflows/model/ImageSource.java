package io.holdfast.workflows.model;

/**
 * Where a host fetches an image's content.
 *
 * @param url complete, with a signature that expires; a plain GET with Range support
 */
public record ImageSource(ImageSpec image, String url) {}
