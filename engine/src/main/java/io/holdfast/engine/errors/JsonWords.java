package io.holdfast.engine.errors;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/** JSON's words for Java's types, since callers know only the former. */
final class JsonWords {
  private JsonWords() {}

  static String of(Class<?> type) {
    if (type == Integer.class || type == int.class) {
      return "a whole number from %d to %d".formatted(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (type == Long.class || type == long.class) {
      return "a whole number";
    }
    if (type == Boolean.class || type == boolean.class) {
      return "true or false";
    }
    if (type == Instant.class) {
      return "a time as in 2027-01-31T12:00:00Z (RFC 3339)";
    }
    if (type == String.class || type.isEnum()) {
      return "a string";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "an array";
    }
    return Map.class.isAssignableFrom(type) || type.isRecord() ? "an object" : "another value";
  }
}
