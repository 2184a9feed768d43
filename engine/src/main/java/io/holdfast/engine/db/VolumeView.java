package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobKind;
import java.util.UUID;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/**
 * A volume with what the API says of it besides.
 *
 * @param siteName of the host where it was placed, else the one asked for, or null
 * @param instanceName of the instance that has it, or null
 * @param activeJobId the job that works on it, or null
 */
public record VolumeView(
    @Nested VolumeRow volume,
    @Nullable String siteName,
    @Nullable String hostName,
    @Nullable String instanceName,
    @Nullable UUID activeJobId,
    @Nullable JobKind activeJobKind) {}
