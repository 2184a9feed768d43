package io.holdfast.engine.resources;

import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The header If-Match (RFC 9110, section 13.1.1): change it only if it is what I have seen. */
final class IfMatch {
  private static final String TAG = "(?:W/)?\"[\\x21\\x23-\\x7e]*\"";
  private static final Pattern LIST =
      Pattern.compile("\\s*" + TAG + "(?:\\s*,\\s*" + TAG + ")*\\s*");
  private static final Pattern EACH = Pattern.compile(TAG);

  private IfMatch() {}

  /** Without the header every revision will do. A weak tag matches nothing. */
  static LongPredicate of(@Nullable String header) {
    if (header == null || header.strip().equals("*")) {
      return revision -> true;
    }
    if (!LIST.matcher(header).matches()) {
      throw new ProblemException(
          ProblemCode.INVALID_REQUEST, "If-Match must be * or ETags in their quotes");
    }
    Set<String> tags =
        EACH.matcher(header).results().map(match -> match.group()).collect(Collectors.toSet());
    return revision -> tags.contains("\"" + revision + "\"");
  }
}
