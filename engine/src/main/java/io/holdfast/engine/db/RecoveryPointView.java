package io.holdfast.engine.db;

import java.util.UUID;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/**
 * A recovery point with what the API says of it besides.
 *
 * @param activeJobId the job that reads it, or null
 */
public record RecoveryPointView(
    @Nested RecoveryPointRow point, String groupName, @Nullable UUID activeJobId) {}
