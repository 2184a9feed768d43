package io.holdfast.engine.resources;

import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.ReprotectRequest;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.DirectionService;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** Which site of a recovery plan protects the other one. */
@Path("/v1/recovery-plans/{plan:[^/:]+}:reprotect")
@Produces(MediaType.APPLICATION_JSON)
public final class PlanDirectionResource {
  private final DirectionService directions;
  private final JobAnswers answers;

  public PlanDirectionResource(DirectionService directions, JobAnswers answers) {
    this.directions = directions;
    this.answers = answers;
  }

  /**
   * Protects at the old site what has taken over from it, by difference; what the old site had
   * written and nobody had copied is kept as a recovery point. A failure blocks the job, unless
   * onFailure says ROLLBACK.
   */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job; the run has the same id",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void reprotect(
      @PathParam("plan") String plan,
      @Valid @Nullable ReprotectRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    ReprotectRequest wanted = request == null ? ReprotectRequest.PLAIN : request;
    answers.accepted(
        directions.reprotect(call.submission(wanted), plan, wanted.reason()),
        call.patience(),
        response);
  }
}
