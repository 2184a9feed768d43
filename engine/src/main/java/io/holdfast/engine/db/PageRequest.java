package io.holdfast.engine.db;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Asks for rows after a cursor.
 *
 * @param cursor the last row that the caller has seen; empty for the first page
 * @param newestFirst false: oldest first
 * @param limit most rows to answer with; ask for one more than shown to learn whether more exist
 */
public record PageRequest(Optional<Cursor> cursor, int limit, boolean newestFirst) {
  private static final Cursor FIRST = new Cursor(Instant.EPOCH, new UUID(0, 0));
  private static final Cursor LAST =
      new Cursor(Instant.parse("9999-12-31T00:00:00Z"), new UUID(-1, -1));

  public PageRequest(Optional<Cursor> cursor, int limit) {
    this(cursor, limit, false);
  }

  /** Position of a row in its list. */
  public record Cursor(Instant createdAt, UUID id) {}

  public static PageRequest first(int limit) {
    return new PageRequest(Optional.empty(), limit);
  }

  /** Before every row when there is no cursor, so that one condition fits the index. */
  public Instant afterTime() {
    return after().createdAt();
  }

  public UUID afterId() {
    return after().id();
  }

  private Cursor after() {
    return cursor.orElse(newestFirst ? LAST : FIRST);
  }

  /** The condition for rows after the cursor. {@code time}, {@code id}: columns of an index. */
  String isAfter(String time, String id) {
    String row = "(%s, %s)".formatted(time, id);
    String cursorRow = "(:afterTime, :afterId)";
    return newestFirst ? cursorRow + " > " + row : row + " > " + cursorRow;
  }

  /** What to order by, so that rows come as they were asked for. */
  String order(String time, String id) {
    return newestFirst ? "%s desc, %s desc".formatted(time, id) : time + ", " + id;
  }
}
