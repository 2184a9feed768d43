package io.holdfast.engine.core;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants of a new volume; site, host and instance are ids or names.
 *
 * @param near the instance on whose host it must be, or null
 * @param pool name of the only pool that will do, or null
 */
public record NewVolume(
    String name,
    int sizeGiB,
    @Nullable String site,
    @Nullable String host,
    @Nullable String near,
    @Nullable String pool,
    Map<String, String> labels) {}
