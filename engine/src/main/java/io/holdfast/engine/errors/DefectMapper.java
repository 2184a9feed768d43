package io.holdfast.engine.errors;

import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;

/** Everything that no other mapper knows. */
public final class DefectMapper implements ExceptionMapper<Throwable> {
  private final UriInfo uri;
  private final Request request;

  public DefectMapper(@Context UriInfo uri, @Context Request request) {
    this.uri = uri;
    this.request = request;
  }

  @Override
  public Response toResponse(Throwable failure) {
    return Defects.respond(failure, request.getMethod(), uri.getRequestUri().getPath());
  }
}
