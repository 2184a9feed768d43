package io.holdfast.engine.errors;

import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;

/** What our own code refused. */
public final class ProblemExceptionMapper implements ExceptionMapper<ProblemException> {
  private final UriInfo uri;

  public ProblemExceptionMapper(@Context UriInfo uri) {
    this.uri = uri;
  }

  @Override
  public Response toResponse(ProblemException exception) {
    return ProblemResponses.of(exception.problem(), uri.getRequestUri().getPath());
  }
}
