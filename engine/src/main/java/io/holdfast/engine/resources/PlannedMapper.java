package io.holdfast.engine.resources;

import io.holdfast.engine.api.PlanBody;
import io.holdfast.engine.core.PlannedException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

/** 200 with the plan of a job that was not accepted, because only the plan was wanted. */
public final class PlannedMapper implements ExceptionMapper<PlannedException> {
  @Override
  public Response toResponse(PlannedException planned) {
    return Response.ok(PlanBody.of(planned.plan()), MediaType.APPLICATION_JSON_TYPE).build();
  }
}
