package io.holdfast.engine.resources;

import io.holdfast.engine.api.QuotaBody;
import io.holdfast.engine.api.QuotaRequest;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.QuotaService;
import io.holdfast.engine.db.QuotaRow;
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

/** Limits of projects. */
@Path("/v1/quotas/{project}")
@Produces(MediaType.APPLICATION_JSON)
public final class QuotaResource {
  private final QuotaService quotas;

  public QuotaResource(QuotaService quotas) {
    this.quotas = quotas;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public QuotaBody get(@PathParam("project") String project) {
    return QuotaBody.of(quotas.get(project));
  }

  /** Sets all limits anew; a repeated request changes nothing. */
  @PUT
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ADMIN)
  public QuotaBody put(
      @PathParam("project") String project,
      @Valid @NotNull QuotaRequest request,
      @BeanParam Call call) {
    return QuotaBody.of(
        quotas.put(
            call.submission(request),
            new QuotaRow(
                project,
                request.vcpus(),
                request.memoryMiB(),
                request.diskGiB(),
                request.instances())));
  }
}
