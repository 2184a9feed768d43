package io.holdfast.engine.errors;

import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;

/** Everything that no other mapper knows. */
public final class DefectMapper implements ExceptionMapper<Throwable> {
  private final UriInfo uri;

  public DefectMapper(@Context UriInfo uri) {
    this.uri = uri;
  }

  @Override
  public Response toResponse(Throwable failure) {
    return Defects.respond(failure, uri.getRequestUri().getPath());
  }
}
