package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/**
 * A host with what the API says of it besides.
 *
 * @param reservedDiskBytes over all pools
 * @param activeJobId the job that works on it, or null
 * @param offAt when its watchdog has reset it, unless it is told before that it may run on
 */
public record HostView(
    @Nested HostRow host,
    String siteName,
    long reservedVcpus,
    long reservedMemoryMiB,
    long reservedDiskBytes,
    @Nullable UUID activeJobId,
    @Nullable Instant offAt) {}
