package io.holdfast.engine.api;

import io.holdfast.engine.db.FlavorRow;
import java.time.Instant;
import java.util.UUID;

/** A flavor. */
public record FlavorBody(
    UUID id, String name, int vcpus, int memoryMiB, int diskGiB, Instant createdAt) {
  public static FlavorBody of(FlavorRow row) {
    return new FlavorBody(
        row.id(), row.name(), row.vcpus(), row.memoryMiB(), row.diskGiB(), row.createdAt());
  }
}
