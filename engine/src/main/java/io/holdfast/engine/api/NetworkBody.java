package io.holdfast.engine.api;

import io.holdfast.engine.db.NetworkRow;
import io.holdfast.workflows.model.NetworkMode;
import java.time.Instant;
import java.util.UUID;

/** A network. */
public record NetworkBody(UUID id, String name, NetworkMode mode, String cidr, Instant createdAt) {
  public static NetworkBody of(NetworkRow row) {
    return new NetworkBody(row.id(), row.name(), row.mode(), row.cidr(), row.createdAt());
  }
}
