package io.holdfast.engine.db;

import java.util.Map;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * Which volumes to list; null is any.
 *
 * @param labels each must be there with its value
 * @param host where it lies, by id or name
 * @param instance that has it, by id or name
 */
public record VolumeFilter(
    @Nullable String name,
    @Json Map<String, String> labels,
    @Nullable String host,
    @Nullable String instance) {}
