package io.holdfast.engine.resources;

import io.holdfast.engine.api.CreateNetworkRequest;
import io.holdfast.engine.api.NetworkBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.NetworkService;
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

/** Networks; a host builds one with its first port and removes it with the last. */
@Path("/v1/networks")
@Produces(MediaType.APPLICATION_JSON)
public final class NetworkResource {
  private final NetworkService networks;

  public NetworkResource(NetworkService networks) {
    this.networks = networks;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "201",
      description = "Made",
      content = @Content(schema = @Schema(implementation = NetworkBody.class)))
  public Response create(@Valid @NotNull CreateNetworkRequest request, @BeanParam Call call) {
    NetworkBody network =
        NetworkBody.of(
            networks.create(
                call.submission(request), request.name(), request.mode(), request.cidr()));
    return Answers.created(call, thing(network), network);
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(@BeanParam Paging paging) {
    return paging.page(
        networks.list(paging.request(), paging.name()),
        NetworkBody::of,
        row -> new Cursor(row.createdAt(), row.id()));
  }

  @GET
  @Path("/{network}")
  @RolesAllowed(Roles.VIEWER)
  public NetworkBody get(@PathParam("network") String network) {
    return NetworkBody.of(networks.get(network));
  }

  @DELETE
  @Path("/{network}")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(responseCode = "204", description = "Gone")
  public Response delete(@PathParam("network") String network, @BeanParam Call call) {
    NetworkBody gone = NetworkBody.of(networks.delete(call.submission(), network));
    return Answers.gone(call, thing(gone), gone);
  }

  private static Thing thing(NetworkBody network) {
    return new Thing("network", network.id(), network.name());
  }
}
