package io.holdfast.engine.resources;

import io.holdfast.engine.api.FenceRunRequest;
import io.holdfast.engine.api.PlanBody;
import io.holdfast.engine.api.RunBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.RunRecords;
import io.holdfast.engine.core.RunService;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Runs of recovery plans; each has the id of its job, which takes the verbs. */
@Path("/v1/runs")
@Produces(MediaType.APPLICATION_JSON)
public final class RunResource {
  private final RunService runs;
  private final RunRecords records;

  public RunResource(RunService runs, RunRecords records) {
    this.runs = runs;
    this.records = records;
  }

  @GET
  @Path("/{run:[^/:]+}")
  @RolesAllowed(Roles.VIEWER)
  public RunBody get(@PathParam("run") String run) {
    return RunBody.of(runs.get(run));
  }

  /** All that is known of the run, for whoever wants it as evidence. */
  @GET
  @Path("/{run:[^/:]+}/report")
  @RolesAllowed(Roles.VIEWER)
  @ApiResponse(
      responseCode = "200",
      description = "The run with its timeline, points and probes",
      content = @Content(schema = @Schema(type = "object")))
  public Response report(@PathParam("run") String run) {
    return Response.ok(records.get(run)).build();
  }

  /** Records what proves that instances do not run at the protected site; then :resume the job. */
  @POST
  @Path("/{run:[^/:]+}:fence")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "Recorded",
      content = @Content(schema = @Schema(implementation = RunBody.class)))
  public Response fence(
      @PathParam("run") String run, @Valid @NotNull FenceRunRequest request, @BeanParam Call call) {
    RunBody body =
        RunBody.of(
            runs.fence(call.submission(request), run, PlanRequests.proof(request.fencing())));
    return Response.ok(
            call.dryRun() ? PlanBody.of("FENCE", "run", body.id(), body.planName(), body) : body)
        .build();
  }
}
