package io.holdfast.engine.resources;

import io.holdfast.engine.api.BandwidthLimitBody;
import io.holdfast.engine.api.BandwidthLimitRequest;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.BandwidthLimitService;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** What the streams from a site to others may take. */
@Path("/v1/sites/{site}/bandwidth-limits")
@Produces(MediaType.APPLICATION_JSON)
public final class BandwidthLimitResource {
  private final BandwidthLimitService limits;

  public BandwidthLimitResource(BandwidthLimitService limits) {
    this.limits = limits;
  }

  /** All of them. */
  public record Limits(List<BandwidthLimitBody> items) {}

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Limits list(@PathParam("site") String site) {
    return new Limits(limits.list(site).stream().map(BandwidthLimitBody::of).toList());
  }

  /** Sets it anew, for the disks that are sent from then on; a repeated request changes nothing. */
  @PUT
  @Path("/{to}")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ADMIN)
  public BandwidthLimitBody put(
      @PathParam("site") String site,
      @PathParam("to") String to,
      @Valid @NotNull BandwidthLimitRequest request,
      @BeanParam Call call) {
    return BandwidthLimitBody.of(
        limits.put(
            call.submission(request),
            site,
            to,
            request.mibPerSecond(),
            request.timeZone(),
            request.rows()));
  }
}
