package io.holdfast.engine.db;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a protection group, and where its replicas go.
 *
 * @param hostId null until a place was found
 * @param diskBytes that are claimed there
 */
public record ProtectionMemberRow(
    UUID instanceId,
    UUID groupId,
    @Nullable UUID hostId,
    @Nullable String pool,
    long diskBytes,
    int position,
    String instanceName,
    @Nullable String hostName) {}
