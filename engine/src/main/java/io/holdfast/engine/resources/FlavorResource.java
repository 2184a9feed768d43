package io.holdfast.engine.resources;

import io.holdfast.engine.api.CreateFlavorRequest;
import io.holdfast.engine.api.FlavorBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.FlavorService;
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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Sizes of instances that have a name. */
@Path("/v1/flavors")
@Produces(MediaType.APPLICATION_JSON)
public final class FlavorResource {
  private final FlavorService flavors;

  public FlavorResource(FlavorService flavors) {
    this.flavors = flavors;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "201",
      description = "Made",
      content = @Content(schema = @Schema(implementation = FlavorBody.class)))
  public Response create(@Valid @NotNull CreateFlavorRequest request, @BeanParam Call call) {
    FlavorBody flavor =
        FlavorBody.of(
            flavors.create(
                call.submission(request),
                request.name(),
                request.vcpus(),
                request.memoryMiB(),
                request.diskGiB()));
    return Answers.created(call, thing(flavor), flavor);
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(@BeanParam Paging paging) {
    return paging.page(
        flavors.list(paging.request(), paging.name()),
        FlavorBody::of,
        row -> new Cursor(row.createdAt(), row.id()));
  }

  @GET
  @Path("/{flavor}")
  @RolesAllowed(Roles.VIEWER)
  public FlavorBody get(@PathParam("flavor") String flavor) {
    return FlavorBody.of(flavors.get(flavor));
  }

  @DELETE
  @Path("/{flavor}")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(responseCode = "204", description = "Gone")
  public Response delete(@PathParam("flavor") String flavor, @BeanParam Call call) {
    FlavorBody gone = FlavorBody.of(flavors.delete(call.submission(), flavor));
    return Answers.gone(call, thing(gone), gone);
  }

  private static Thing thing(FlavorBody flavor) {
    return new Thing("flavor", flavor.id(), flavor.name());
  }
}
