package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobKind;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/**
 * An instance with what the API says of it besides.
 *
 * @param siteName of the host where it was placed, else the one asked for, or null
 * @param mayBeAt the other host that may have it, or null
 * @param activeJobId the job that works on it, or null
 * @param groupId its protection group, or null
 * @param restorableAt the moment that the newest AVAILABLE recovery point with it shows, or null
 * @param recoveredAs the instance that took over from it at another site, or null
 * @param fenced null: it may run where it is
 */
public record InstanceView(
    @Nested InstanceRow instance,
    @Nullable String imageName,
    @Nullable String siteName,
    @Nullable String hostName,
    @Nullable String mayBeAt,
    @Nullable UUID activeJobId,
    @Nullable JobKind activeJobKind,
    @Nullable UUID groupId,
    @Nullable String groupName,
    @Nullable Instant restorableAt,
    @Nullable UUID recoveredAs,
    long ownershipEpoch,
    @Nullable @Nested("fenced_") FencedInstanceRow fenced) {}
