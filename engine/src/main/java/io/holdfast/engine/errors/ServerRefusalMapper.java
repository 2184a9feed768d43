package io.holdfast.engine.errors;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.List;

/**
 * What the server refused before or besides our code: no such address, method or media type. Its
 * headers (Allow) are kept.
 */
public final class ServerRefusalMapper implements ExceptionMapper<WebApplicationException> {
  private final UriInfo uri;
  private final Request request;

  public ServerRefusalMapper(@Context UriInfo uri, @Context Request request) {
    this.uri = uri;
    this.request = request;
  }

  @Override
  public Response toResponse(WebApplicationException exception) {
    Response given = exception.getResponse();
    if (given.getStatus() < 400 || given.getEntity() instanceof Problem) {
      return given;
    }
    if (given.getStatus() >= 500) {
      return Defects.respond(exception, request.getMethod(), uri.getRequestUri().getPath());
    }
    ProblemCode code = ProblemCode.ofStatus(given.getStatus());
    Problem problem = Problem.of(code, given.getStatus(), detail(exception, code));
    Response ours = ProblemResponses.of(problem, uri.getRequestUri().getPath());
    List<Object> allow = given.getHeaders().get(HttpHeaders.ALLOW);
    return allow == null
        ? ours
        : Response.fromResponse(ours).header(HttpHeaders.ALLOW, allow.get(0)).build();
  }

  private static String detail(WebApplicationException exception, ProblemCode code) {
    return switch (code) {
      case NOT_FOUND -> "There is nothing at this address";
      case METHOD_NOT_ALLOWED -> "The header Allow lists the methods of this address";
      case UNSUPPORTED_MEDIA_TYPE -> "Send application/json (or the type that the call documents)";
      case FORBIDDEN -> "This call needs a token of a higher role";
      default -> String.valueOf(exception.getMessage());
    };
  }
}
