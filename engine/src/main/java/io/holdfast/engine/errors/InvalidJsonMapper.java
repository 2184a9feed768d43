package io.holdfast.engine.errors;

import com.fasterxml.jackson.core.JsonProcessingException;
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
  private final UriInfo uri;

  public InvalidJsonMapper(@Context UriInfo uri) {
    this.uri = uri;
  }

  @Override
  public Response toResponse(JsonProcessingException exception) {
    return ProblemResponses.of(problem(exception), uri.getRequestUri().getPath());
  }

  private static Problem problem(JsonProcessingException exception) {
    if (exception instanceof UnrecognizedPropertyException unknown) {
      String known =
          unknown.getKnownPropertyIds() == null
              ? ""
              : unknown.getKnownPropertyIds().stream()
                  .map(String::valueOf)
                  .sorted()
                  .collect(Collectors.joining(", ", "; known here: ", ""));
      return ofField(ProblemCode.UNKNOWN_FIELD, path(unknown), "is not known" + known);
    }
    if (exception instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return ofField(ProblemCode.INVALID_FIELD, path(mapping), reason(mapping));
    }
    String where =
        exception.getLocation() == null
            ? ""
            : " (line %d, column %d)"
                .formatted(
                    exception.getLocation().getLineNr(), exception.getLocation().getColumnNr());
    if (exception instanceof MismatchedInputException) {
      return Problem.of(ProblemCode.MALFORMED_JSON, "The body must be one JSON object" + where);
    }
    return Problem.of(ProblemCode.MALFORMED_JSON, exception.getOriginalMessage() + where);
  }

  private static String reason(JsonMappingException mapping) {
    if (mapping instanceof InvalidFormatException format && format.getTargetType().isEnum()) {
      return "must be one of " + Arrays.toString(format.getTargetType().getEnumConstants());
    }
    if (mapping.getCause() instanceof StreamReadException read) {
      return read.getOriginalMessage();
    }
    if (mapping instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return "must be " + JsonWords.of(mismatch.getTargetType());
    }
    return mapping.getOriginalMessage();
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
