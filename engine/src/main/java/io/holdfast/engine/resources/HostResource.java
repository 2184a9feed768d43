package io.holdfast.engine.resources;

import io.holdfast.engine.api.CreateHostRequest;
import io.holdfast.engine.api.HostBody;
import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.HostService;
import io.holdfast.engine.db.PageRequest.Cursor;
import io.holdfast.engine.resources.Answers.Thing;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Hypervisor hosts. */
@Path("/v1/hosts")
@Produces(MediaType.APPLICATION_JSON)
public final class HostResource {
  private final HostService hosts;
  private final JobAnswers answers;

  public HostResource(HostService hosts, JobAnswers answers) {
    this.hosts = hosts;
    this.answers = answers;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void register(
      @Valid @NotNull CreateHostRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(
        hosts.register(call.submission(request), request.name(), request.site()),
        call.patience(),
        response);
  }

  @POST
  @Path("/{host:[^/:]+}:discover")
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void discover(
      @PathParam("host") String host, @BeanParam Call call, @Suspended AsyncResponse response) {
    answers.accepted(hosts.discover(call.submission(), host), call.patience(), response);
  }

  /** Places nothing more on the host; what runs there runs on. */
  @POST
  @Path("/{host:[^/:]+}:maintenance")
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void maintain(
      @PathParam("host") String host, @BeanParam Call call, @Suspended AsyncResponse response) {
    answers.accepted(hosts.maintain(call.submission(), host), call.patience(), response);
  }

  /** Ends a maintenance. */
  @POST
  @Path("/{host:[^/:]+}:activate")
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void activate(
      @PathParam("host") String host, @BeanParam Call call, @Suspended AsyncResponse response) {
    answers.accepted(hosts.activate(call.submission(), host), call.patience(), response);
  }

  /** Refused while anything uses the host. */
  @DELETE
  @Path("/{host:[^/:]+}")
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(responseCode = "204", description = "Gone")
  public Response delete(@PathParam("host") String host, @BeanParam Call call) {
    HostBody gone = HostBody.of(hosts.remove(call.submission(), host));
    return Answers.gone(call, new Thing("host", gone.id(), gone.name()), gone);
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(@BeanParam Paging paging) {
    return paging.page(
        hosts.list(paging.request(), paging.name()),
        HostBody::of,
        view -> new Cursor(view.host().createdAt(), view.host().id()));
  }

  @GET
  @Path("/{host:[^/:]+}")
  @RolesAllowed(Roles.VIEWER)
  public HostBody get(@PathParam("host") String host) {
    return HostBody.of(hosts.get(host));
  }
}
