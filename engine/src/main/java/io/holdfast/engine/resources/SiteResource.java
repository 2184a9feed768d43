package io.holdfast.engine.resources;

import io.holdfast.engine.api.CreateSiteRequest;
import io.holdfast.engine.api.SiteBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.SiteService;
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

/** Places whose hosts fail together. */
@Path("/v1/sites")
@Produces(MediaType.APPLICATION_JSON)
public final class SiteResource {
  private final SiteService sites;

  public SiteResource(SiteService sites) {
    this.sites = sites;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(
      responseCode = "201",
      description = "Made",
      content = @Content(schema = @Schema(implementation = SiteBody.class)))
  public Response create(@Valid @NotNull CreateSiteRequest request, @BeanParam Call call) {
    SiteBody site = SiteBody.of(sites.create(call.submission(request), request.name()));
    return Answers.created(call, thing(site), site);
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(@BeanParam Paging paging) {
    return paging.page(
        sites.list(paging.request(), paging.name()),
        SiteBody::of,
        row -> new Cursor(row.createdAt(), row.id()));
  }

  @GET
  @Path("/{site}")
  @RolesAllowed(Roles.VIEWER)
  public SiteBody get(@PathParam("site") String site) {
    return SiteBody.of(sites.get(site));
  }

  /** Refused while the site has hosts. */
  @DELETE
  @Path("/{site}")
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(responseCode = "204", description = "Gone")
  public Response delete(@PathParam("site") String site, @BeanParam Call call) {
    SiteBody gone = SiteBody.of(sites.delete(call.submission(), site));
    return Answers.gone(call, thing(gone), gone);
  }

  private static Thing thing(SiteBody site) {
    return new Thing("site", site.id(), site.name());
  }
}
