package io.holdfast.engine.api;

import io.holdfast.engine.db.SiteRow;
import java.time.Instant;
import java.util.UUID;

/** A site. */
public record SiteBody(UUID id, String name, Instant createdAt) {
  public static SiteBody of(SiteRow row) {
    return new SiteBody(row.id(), row.name(), row.createdAt());
  }
}
