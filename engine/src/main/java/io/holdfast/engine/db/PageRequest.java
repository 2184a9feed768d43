package io.holdfast.engine.db;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Asks for rows after a cursor, oldest first.
 *
 * @param cursor the last row that the caller has seen; empty for the first page
 * @param limit most rows to answer with; ask for one more than shown to learn whether more exist
 */
public record PageRequest(Optional<Cursor> cursor, int limit) {
  private static final UUID LEAST = new UUID(0, 0);

  /** Position of a row in its list. */
  public record Cursor(Instant createdAt, UUID id) {}

  public static PageRequest first(int limit) {
    return new PageRequest(Optional.empty(), limit);
  }

  /** Before every row when there is no cursor, so that one condition fits the index. */
  public Instant afterTime() {
    return cursor.map(Cursor::createdAt).orElse(Instant.EPOCH);
  }

  public UUID afterId() {
    return cursor.map(Cursor::id).orElse(LEAST);
  }
}
