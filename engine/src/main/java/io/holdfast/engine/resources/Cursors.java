package io.holdfast.engine.resources;

import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** Cursors as text: seconds, nanoseconds and id in base64url. Opaque to callers. */
final class Cursors {
  private static final int BYTES = Long.BYTES + Integer.BYTES + 2 * Long.BYTES;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private Cursors() {}

  static String encode(PageRequest.Cursor cursor) {
    Instant at = cursor.createdAt();
    byte[] bytes =
        ByteBuffer.allocate(BYTES)
            .putLong(at.getEpochSecond())
            .putInt(at.getNano())
            .putLong(cursor.id().getMostSignificantBits())
            .putLong(cursor.id().getLeastSignificantBits())
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static PageRequest.Cursor decode(String text) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.remaining() == BYTES) {
        Instant at = Instant.ofEpochSecond(bytes.getLong(), bytes.getInt());
        if (!at.isBefore(Instant.EPOCH) && at.isBefore(LATEST)) {
          return new PageRequest.Cursor(at, new UUID(bytes.getLong(), bytes.getLong()));
        }
      }
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      // falls through: not ours
    }
    throw new ProblemException(
        ProblemCode.INVALID_REQUEST, "cursor is none of ours; take it from the header Link");
  }
}
