package io.holdfast.engine.resources;

import io.holdfast.engine.api.AdoptOrphanRequest;
import io.holdfast.engine.api.DeleteOrphanRequest;
import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.OrphanBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.OrphanService;
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

/** Leftovers: what hosts have and the ledger does not know of. */
@Path("/v1/orphans")
@Produces(MediaType.APPLICATION_JSON)
public final class OrphanResource {
  private final OrphanService orphans;
  private final JobAnswers answers;

  public OrphanResource(OrphanService orphans, JobAnswers answers) {
    this.orphans = orphans;
    this.answers = answers;
  }

  /**
   * As of each host's last census, taken every minute and by {@code POST /v1/hosts/{host}:scan}.
   */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public OrphanBody.All list() {
    OrphanService.Found found = orphans.list();
    return new OrphanBody.All(
        found.orphans().stream().map(OrphanBody::of).toList(),
        found.hosts().stream().map(OrphanBody.Census::of).toList());
  }

  @POST
  @Path("/{orphan:[^/:]+}:delete")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void delete(
      @PathParam("orphan") String orphan,
      @Valid @NotNull DeleteOrphanRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(orphans.delete(call.submission(request), orphan), call.patience(), response);
  }

  @POST
  @Path("/{orphan:[^/:]+}:adopt")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void adopt(
      @PathParam("orphan") String orphan,
      @Valid @NotNull AdoptOrphanRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(
        orphans.adopt(call.submission(request), orphan, request.image()),
        call.patience(),
        response);
  }
}
