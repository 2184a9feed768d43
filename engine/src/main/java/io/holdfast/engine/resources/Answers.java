package io.holdfast.engine.resources;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** Answers that several resources give. */
final class Answers {
  private Answers() {}

  /** 201; {@code address} is where the new thing is read. */
  static Response created(String address, Object body) {
    return Response.status(Response.Status.CREATED)
        .header(HttpHeaders.LOCATION, address)
        .entity(body)
        .build();
  }
}
