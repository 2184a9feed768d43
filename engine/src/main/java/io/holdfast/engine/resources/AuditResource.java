package io.holdfast.engine.resources;

import io.holdfast.engine.api.AuditBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.AuditService;
import io.holdfast.engine.db.AuditRow;
import io.holdfast.engine.db.PageRequest.Cursor;
import io.swagger.v3.oas.annotations.Parameter;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Who asked for what, when, why, and what came of it. */
@Path("/v1/audit")
@Produces(MediaType.APPLICATION_JSON)
public final class AuditResource {
  private final AuditService audit;

  public AuditResource(AuditService audit) {
    this.audit = audit;
  }

  @GET
  @RolesAllowed(Roles.ADMIN)
  public Response list(
      @BeanParam Paging paging,
      @QueryParam("caller") @Parameter(description = "Name of a token") @Nullable String caller,
      @QueryParam("target") @Parameter(description = "Id or name of what it was about")
          @Nullable String target,
      @QueryParam("outcome") @Parameter(description = "accepted or refused")
          @Nullable String outcome,
      @QueryParam("since") @Parameter(description = "At this time or after it (RFC 3339)")
          @Nullable String since,
      @QueryParam("until") @Parameter(description = "Before this time (RFC 3339)")
          @Nullable String until) {
    return paging.page(
        audit.list(
            paging.request(),
            Choice.reference("caller", caller),
            Choice.reference("target", target == null ? paging.name() : target),
            Choice.of("outcome", AuditRow.Outcome.class, outcome),
            Choice.time("since", since),
            Choice.time("until", until)),
        AuditBody::of,
        view -> new Cursor(view.entry().createdAt(), view.entry().id()));
  }
}
