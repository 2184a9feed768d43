package io.holdfast.engine.resources;

import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
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
            () -> invalid(name + " must be one of " + Arrays.toString(type.getEnumConstants())));
  }

  /** An id or a name. */
  static @Nullable String reference(String name, @Nullable String text) {
    if (text != null && !REFERENCE.matcher(text).matches()) {
      throw invalid(name + " must be an id or a name");
    }
    return text;
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
  }
}
