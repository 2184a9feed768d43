package io.holdfast.engine.resources;

import io.holdfast.engine.api.EvacuationBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.EvacuationService;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What became, or becomes, of a host's instances in its maintenance. */
@Path("/v1/hosts/{host:[^/:]+}/evacuation")
@Produces(MediaType.APPLICATION_JSON)
public final class HostEvacuationResource {
  private final EvacuationService evacuations;

  public HostEvacuationResource(EvacuationService evacuations) {
    this.evacuations = evacuations;
  }

  /** The newest one of the host: what goes where, how far it is, and what is in its way. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public EvacuationBody get(@PathParam("host") String host) {
    return EvacuationBody.of(evacuations.last(host));
  }
}
