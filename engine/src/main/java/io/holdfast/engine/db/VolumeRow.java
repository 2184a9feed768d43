package io.holdfast.engine.db;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * A volume, from the acceptance of its create until the end of its delete.
 *
 * @param sizeBytes that it has, or is to have while it is made
 * @param siteId asked for, or null
 * @param wantedHost asked for, or null
 * @param wantedPool asked for, or null
 * @param hostId where it was placed, or null
 * @param madeAt when its file was whole, or null until then
 * @param instanceId the instance that has it, or null
 */
public record VolumeRow(
    UUID id,
    String project,
    String name,
    long sizeBytes,
    @Nullable UUID siteId,
    @Nullable UUID wantedHost,
    @Nullable String wantedPool,
    @Nullable UUID hostId,
    @Nullable String pool,
    @Nullable Instant madeAt,
    @Nullable UUID instanceId,
    @Json Map<String, String> labels,
    Instant createdAt) {}
