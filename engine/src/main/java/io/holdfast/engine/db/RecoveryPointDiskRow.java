package io.holdfast.engine.db;

import io.holdfast.workflows.model.ChangeSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A disk of a recovery point, as long as its replica may be there.
 *
 * @param bytes of the disk that the guest saw
 * @param baseId the point that it started from, or null
 * @param reason why it has that base, or none
 * @param root Merkle root in hex; null until it is sealed
 * @param broken what is wrong with it, or null
 */
public record RecoveryPointDiskRow(
    UUID pointId,
    UUID instanceId,
    String instanceName,
    String disk,
    long bytes,
    UUID hostId,
    String pool,
    @Nullable UUID baseId,
    @Nullable String baseRoot,
    ChangeSource changeSource,
    String reason,
    @Nullable String root,
    long allocatedBytes,
    long logicalBytes,
    long wireBytes,
    long zeroBytes,
    long sameBytes,
    @Nullable String broken) {}
