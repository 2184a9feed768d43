package io.holdfast.engine.errors;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * A body that breaks a limit of its shape: all violations are listed, the first names the field.
 */
public final class ConstraintMapper implements ExceptionMapper<ConstraintViolationException> {
  private final UriInfo uri;

  public ConstraintMapper(@Context UriInfo uri) {
    this.uri = uri;
  }

  @Override
  public Response toResponse(ConstraintViolationException exception) {
    List<String[]> found = new ArrayList<>();
    for (ConstraintViolation<?> violation : exception.getConstraintViolations()) {
      found.add(new String[] {field(violation.getPropertyPath()), violation.getMessage()});
    }
    found.sort((a, b) -> a[0].compareTo(b[0]));
    List<String> lines = found.stream().map(f -> (f[0] + " " + f[1]).strip()).toList();
    String field = found.get(0)[0];
    Problem problem =
        field.isEmpty()
            ? Problem.of(ProblemCode.MALFORMED_JSON, "The body " + found.get(0)[1])
            : Problem.of(ProblemCode.INVALID_FIELD, lines.get(0)).with(field, null, lines);
    return ProblemResponses.of(problem, uri.getRequestUri().getPath());
  }

  /** The path without the method and the name of its parameter: {@code disks[0].sizeGiB}. */
  private static String field(Path path) {
    StringBuilder field = new StringBuilder();
    for (Path.Node node : path) {
      ElementKind kind = node.getKind();
      if (kind == ElementKind.METHOD || kind == ElementKind.PARAMETER) {
        continue;
      }
      if (node.getIndex() != null) {
        field.append('[').append(node.getIndex()).append(']');
      } else if (node.getKey() != null) {
        field.append('.').append(node.getKey());
      }
      if (kind != ElementKind.CONTAINER_ELEMENT && node.getName() != null) {
        field.append(field.isEmpty() ? "" : ".").append(node.getName());
      }
    }
    return field.toString();
  }
}
