package io.holdfast.engine.core;

import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Finds things by id or by name. */
final class Lookup {
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern NAME_FORM = Pattern.compile("[a-z0-9-]{1,63}");

  private Lookup() {}

  /** Strict, unlike UUID.fromString, which takes "1-1-1-1-1". */
  static Optional<UUID> uuid(String text) {
    return UUID_FORM.matcher(text).matches()
        ? Optional.of(UUID.fromString(text))
        : Optional.empty();
  }

  /** Text that can be neither an id nor a name finds nothing, without asking the database. */
  static <T> Optional<T> find(
      String reference, Function<UUID, Optional<T>> byId, Function<String, Optional<T>> byName) {
    Optional<T> found = uuid(reference).flatMap(byId);
    return found.isPresent() || !NAME_FORM.matcher(reference).matches()
        ? found
        : byName.apply(reference);
  }

  /** For what an address names: 404 when there is none. */
  static <T> T inPath(
      String noun,
      String reference,
      Function<UUID, Optional<T>> byId,
      Function<String, Optional<T>> byName) {
    return find(reference, byId, byName).orElseThrow(() -> missing(noun));
  }

  /** For what a field of a body names: 422 with the field when there is none. */
  static <T> T inField(
      String noun,
      String field,
      String reference,
      Function<UUID, Optional<T>> byId,
      Function<String, Optional<T>> byName) {
    return find(reference, byId, byName)
        .orElseThrow(
            () ->
                ProblemException.ofField(
                    ProblemCode.UNKNOWN_REFERENCE,
                    field,
                    "%s: there is no %s '%s'".formatted(field, noun, reference)));
  }

  static ProblemException missing(String noun) {
    return new ProblemException(ProblemCode.NOT_FOUND, "There is no such " + noun);
  }
}
