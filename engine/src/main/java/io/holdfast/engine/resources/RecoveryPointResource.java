package io.holdfast.engine.resources;

import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.PlanBody;
import io.holdfast.engine.api.ReasonRequest;
import io.holdfast.engine.api.RecoveryPointBody;
import io.holdfast.engine.api.RestoreRequest;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.RecoveryPoint;
import io.holdfast.engine.core.RecoveryPointService;
import io.holdfast.engine.core.RestoreService;
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
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Moments of protection groups that can be recovered from. */
@Path("/v1/recovery-points")
@Produces(MediaType.APPLICATION_JSON)
public final class RecoveryPointResource {
  private final RecoveryPointService points;
  private final RestoreService restores;
  private final JobAnswers answers;

  public RecoveryPointResource(
      RecoveryPointService points, RestoreService restores, JobAnswers answers) {
    this.points = points;
    this.restores = restores;
    this.answers = answers;
  }

  @GET
  @Path("/{point:[^/:]+}")
  @RolesAllowed(Roles.VIEWER)
  public RecoveryPointBody get(@PathParam("point") String point) {
    return RecoveryPointBody.of(points.get(point));
  }

  /** Reads all of it again. The result's verdict is INTACT, or BROKEN as the point then is. */
  @POST
  @Path("/{point:[^/:]+}:verify")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void verify(
      @PathParam("point") String point, @BeanParam Call call, @Suspended AsyncResponse response) {
    answers.accepted(points.verify(call.submission(), point), call.patience(), response);
  }

  /** Makes a new instance of it, where its replicas are; what it was made of is not touched. */
  @POST
  @Path("/{point:[^/:]+}:restore")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job; its target is the new instance",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void restore(
      @PathParam("point") String point,
      @Valid @NotNull RestoreRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(
        restores.restore(
            call.submission(request).with(request.onFailure()), point, request.wanted()),
        call.patience(),
        response);
  }

  /** Retention does not touch it until it is released. */
  @POST
  @Path("/{point:[^/:]+}:hold")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "Held",
      content = @Content(schema = @Schema(implementation = RecoveryPointBody.class)))
  public Response hold(
      @PathParam("point") String point,
      @Valid @Nullable ReasonRequest request,
      @BeanParam Call call) {
    ReasonRequest why = request == null ? ReasonRequest.NONE : request;
    return changed(call, "HOLD", points.hold(call.submission(why), point, why.reason()));
  }

  @POST
  @Path("/{point:[^/:]+}:release")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "Released",
      content = @Content(schema = @Schema(implementation = RecoveryPointBody.class)))
  public Response release(@PathParam("point") String point, @BeanParam Call call) {
    return changed(call, "RELEASE", points.release(call.submission(), point));
  }

  private static Response changed(Call call, String verb, RecoveryPoint point) {
    RecoveryPointBody body = RecoveryPointBody.of(point);
    String name = body.groupName() + "-" + body.number();
    return Response.ok(
            call.dryRun() ? PlanBody.of(verb, "recovery-point", body.id(), name, body) : body)
        .build();
  }
}
