package io.holdfast.engine.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** RFC 3339 times with their zone: no numbers, of which nobody knows the unit. */
final class ExactInstant extends StdScalarDeserializer<Instant> {
  private static final long serialVersionUID = 1L;
  private static final int LAST_YEAR = 9999;

  ExactInstant() {
    super(Instant.class);
  }

  @Override
  public @Nullable Instant deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      return (Instant) context.handleUnexpectedToken(Instant.class, parser);
    }
    try {
      OffsetDateTime time = OffsetDateTime.parse(parser.getText());
      if (time.getYear() >= 0 && time.getYear() <= LAST_YEAR) {
        return time.toInstant();
      }
    } catch (DateTimeException notATime) {
      // falls through: said below, without Java's words
    }
    throw InvalidFormatException.from(parser, "is no time", parser.getText(), Instant.class);
  }
}
