package io.holdfast.engine.resources;

import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One range of bytes (RFC 9110, section 14); both ends count. */
record ByteRange(long first, long last) {
  private static final Pattern FORM = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /**
   * Empty for no range, several ranges or another unit: the whole content is an answer to those.
   */
  static Optional<ByteRange> of(@Nullable String header, long size) {
    Matcher range = FORM.matcher(header == null ? "" : header);
    if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
      return Optional.empty();
    }
    long first;
    long last = size - 1;
    if (range.group(1).isEmpty()) {
      first = Math.max(0, size - Long.parseLong(range.group(2)));
    } else {
      first = Long.parseLong(range.group(1));
      last = range.group(2).isEmpty() ? last : Math.min(last, Long.parseLong(range.group(2)));
    }
    if (first >= size || first > last) {
      throw new ProblemException(
          ProblemCode.RANGE_NOT_SATISFIABLE, "The content has " + size + " bytes");
    }
    return Optional.of(new ByteRange(first, last));
  }

  long length() {
    return last - first + 1;
  }
}
