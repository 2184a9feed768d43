package io.holdfast.engine.resources;

import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Query parameters of which only some values mean anything. */
final class Choice {
  private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9-]{1,63}");

  private Choice() {}

  /** Null stays null; case makes no difference. */
  static <E extends Enum<E>> @Nullable E of(String name, Class<E> type, @Nullable String text) {
    if (text == null) {
      return null;
    }
    String wanted = text.toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(type.getEnumConstants())
        .filter(value -> value.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                invalid(
                    name, name + " must be one of " + Arrays.toString(type.getEnumConstants())));
  }

  /** An id or a name. */
  static @Nullable String reference(String name, @Nullable String text) {
    if (text != null && !REFERENCE.matcher(text).matches()) {
      throw invalid(name, name + " must be an id or a name");
    }
    return text;
  }

  /** True or false; false when nothing is said. */
  static boolean flag(String name, @Nullable String text) {
    if (text != null && !text.equals("true") && !text.equals("false")) {
      throw invalid(name, name + " must be true or false");
    }
    return "true".equals(text);
  }

  /** A moment as RFC 3339 has it, with an offset. */
  static @Nullable Instant time(String name, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      if (time.getYear() >= 1970 && time.getYear() <= 9999) {
        return time.toInstant();
      }
    } catch (DateTimeParseException e) {
      // falls through: no time
    }
    throw invalid(name, name + " must be a time, as in 2026-01-31T12:00:00Z");
  }

  /** The answer for a query parameter that means nothing. */
  static ProblemException invalid(String name, String detail) {
    return ProblemException.ofField(ProblemCode.INVALID_REQUEST, name, detail);
  }
}
