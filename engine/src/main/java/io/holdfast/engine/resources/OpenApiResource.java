package io.holdfast.engine.resources;

import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The API's own description; needs no token. */
@Hidden
@Path("/v1/openapi.json")
public final class OpenApiResource {
  private final String document = Json.pretty(OpenApiDocument.make());

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public String get() {
    return document;
  }
}
