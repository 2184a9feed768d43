package io.holdfast.engine.errors;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A body that is not JSON, or not the JSON that the call takes; the field is named by its path. */
public final class InvalidJsonMapper implements ExceptionMapper<JsonProcessingException> {
  private static final int LONGEST_WORDS = 200;

  private final UriInfo uri;

  public InvalidJsonMapper(@Context UriInfo uri) {
    this.uri = uri;
  }

  @Override
  public Response toResponse(JsonProcessingException exception) {
    return ProblemResponses.of(problem(exception), uri.getRequestUri().getPath());
  }

  private static Problem problem(JsonProcessingException exception) {
    if (exception.getCause() instanceof ProblemException ours) {
      return ours.problem();
    }
    if (exception instanceof UnrecognizedPropertyException unknown) {
      return ofField(ProblemCode.UNKNOWN_FIELD, path(unknown), "is not known" + known(unknown));
    }
    if (exception instanceof JsonMappingException mapping
        && !mapping.getPath().isEmpty()
        && (!(mapping.getCause() instanceof StreamReadException)
            || mapping.getCause() instanceof InputCoercionException)) {
      return ofField(ProblemCode.INVALID_FIELD, path(mapping), reason(mapping));
    }
    return Problem.of(
        ProblemCode.MALFORMED_JSON,
        exception instanceof MismatchedInputException
            ? "The body must be one JSON object" + where(exception)
            : words(exception) + where(exception));
  }

  private static String reason(JsonMappingException mapping) {
    if (mapping.getCause() instanceof InputCoercionException number) {
      return "must be " + JsonWords.of(number.getTargetType());
    }
    if (mapping instanceof InvalidFormatException format) {
      if (format.getTargetType().isEnum()) {
        return "must be one of " + Arrays.toString(format.getTargetType().getEnumConstants());
      }
      if (format.getTargetType() == String.class) {
        return format.getOriginalMessage();
      }
    }
    if (mapping instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return "must be " + JsonWords.of(mismatch.getTargetType());
    }
    return words(mapping);
  }

  private static String known(UnrecognizedPropertyException unknown) {
    return unknown.getKnownPropertyIds() == null
        ? ""
        : unknown.getKnownPropertyIds().stream()
            .map(String::valueOf)
            .sorted()
            .collect(Collectors.joining(", ", "; known here: ", ""));
  }

  /** The parser's words without its remarks on itself, and without more than a line of the body. */
  private static String words(JsonProcessingException exception) {
    String all = exception.getOriginalMessage().replaceAll("\\s*\\(start marker at .*?\\]\\)", "");
    return all.length() > LONGEST_WORDS ? all.substring(0, LONGEST_WORDS) + "..." : all;
  }

  private static String where(JsonProcessingException exception) {
    JsonLocation at = exception.getLocation();
    return at == null ? "" : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
  }

  private static Problem ofField(ProblemCode code, String field, String reason) {
    return Problem.of(code, field + " " + reason).with(field, null, List.of());
  }

  private static String path(JsonMappingException exception) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference reference : exception.getPath()) {
      if (reference.getFieldName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    return path.toString();
  }
}
