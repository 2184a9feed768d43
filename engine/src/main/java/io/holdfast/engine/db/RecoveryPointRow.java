package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * A moment of a protection group, at its target site.
 *
 * @param number in its group
 * @param jobId the round that made it
 * @param takenAt no later than what it shows; null until it is taken
 * @param windowMillis for which its guests stood still together; 0 when none had to
 * @param held true when retention does not touch it
 * @param verifiedAt when all of it was last read and found right, or null
 * @param notes what was unusual about it
 */
public record RecoveryPointRow(
    UUID id,
    UUID groupId,
    long number,
    UUID jobId,
    RecoveryPointState state,
    @Nullable Instant takenAt,
    long windowMillis,
    boolean held,
    @Nullable String heldReason,
    @Nullable Instant verifiedAt,
    @Json List<String> notes,
    @Nullable Instant availableAt,
    Instant createdAt) {
  /** One that a round begins to make. */
  public static RecoveryPointRow staging(
      UUID id, UUID groupId, long number, UUID jobId, List<String> notes, Instant now) {
    return new RecoveryPointRow(
        id,
        groupId,
        number,
        jobId,
        RecoveryPointState.STAGING,
        null,
        0,
        false,
        null,
        null,
        notes,
        null,
        now);
  }
}
