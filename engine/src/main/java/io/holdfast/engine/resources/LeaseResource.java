package io.holdfast.engine.resources;

import io.holdfast.engine.api.ForceReleaseRequest;
import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.LeaseBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.LeaseService;
import io.holdfast.engine.db.PageRequest.Cursor;
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

/** Who holds what. */
@Path("/v1/leases")
@Produces(MediaType.APPLICATION_JSON)
public final class LeaseResource {
  private final LeaseService leases;
  private final JobAnswers answers;

  public LeaseResource(LeaseService leases, JobAnswers answers) {
    this.leases = leases;
    this.answers = answers;
  }

  /** {@code name}: of the resource that is held. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(@BeanParam Paging paging) {
    return paging.page(
        leases.list(paging.request(), paging.name()),
        LeaseBody::of,
        lease -> new Cursor(lease.row().createdAt(), lease.row().targetId()));
  }

  /** {@code resource}: id of what is held. Ends the holder's job; it is not undone. */
  @POST
  @Path("/{resource:[^/:]+}:force-release")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void forceRelease(
      @PathParam("resource") String resource,
      @Valid @NotNull ForceReleaseRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(
        leases.forceRelease(call.submission(request), resource, request.reason()),
        call.patience(),
        response);
  }
}
