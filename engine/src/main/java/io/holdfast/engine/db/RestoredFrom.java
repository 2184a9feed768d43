package io.holdfast.engine.db;

import io.holdfast.workflows.model.GuestReadiness;
import java.util.UUID;

/**
 * What a restored instance has instead of an image.
 *
 * @param recoveryPoint that its disks start as
 * @param instance whose disks they were
 * @param readiness what proves that its guest is up
 */
public record RestoredFrom(UUID recoveryPoint, UUID instance, GuestReadiness readiness) {}
