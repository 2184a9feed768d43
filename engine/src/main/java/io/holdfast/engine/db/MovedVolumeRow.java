package io.holdfast.engine.db;

import java.util.UUID;

/**
 * A volume on its way to another host, and what it claims beside its own claim.
 *
 * @param instanceId the instance that it moves with
 */
public record MovedVolumeRow(UUID instanceId, UUID volumeId, String sourcePool, long diskBytes) {}
