package io.holdfast.engine.errors;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** Turns problems into responses; the only place that sets their media type and headers. */
public final class ProblemResponses {
  private ProblemResponses() {}

  public static Response of(Problem problem, String path) {
    Response.ResponseBuilder response =
        Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem.at(path));
    if (problem.status() == 401) {
      response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"holdfast\"");
    }
    if (problem.status() == 503 || problem.status() == 429) {
      response.header(HttpHeaders.RETRY_AFTER, 2);
    }
    return response.build();
  }
}
