package io.holdfast.engine.resources;

import io.holdfast.engine.api.CreateTokenRequest;
import io.holdfast.engine.api.TokenBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.TokenService;
import io.holdfast.engine.core.TokenService.NewToken;
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

/** Bearer tokens. */
@Path("/v1/tokens")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
public final class TokenResource {
  private final TokenService tokens;

  public TokenResource(TokenService tokens) {
    this.tokens = tokens;
  }

  /** Shows the token this once. A repeated request is refused, since the name is taken. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @ApiResponse(
      responseCode = "201",
      description = "Made",
      content = @Content(schema = @Schema(implementation = TokenBody.class)))
  public Response create(@Valid @NotNull CreateTokenRequest request, @BeanParam Call call) {
    NewToken made = tokens.create(call.submission(request), request.name(), request.role());
    return Answers.created(
        call,
        new Thing("token", made.row().id(), made.row().name()),
        TokenBody.of(made.row(), call.dryRun() ? null : made.secret()));
  }

  @GET
  public Response list(@BeanParam Paging paging) {
    return paging.page(
        tokens.list(paging.request(), paging.name()),
        row -> TokenBody.of(row, null),
        row -> new Cursor(row.createdAt(), row.id()));
  }

  @DELETE
  @Path("/{token}")
  @ApiResponse(responseCode = "204", description = "Gone")
  public Response delete(@PathParam("token") String token, @BeanParam Call call) {
    TokenBody gone = TokenBody.of(tokens.delete(call.submission(), token), null);
    return Answers.gone(call, new Thing("token", gone.id(), gone.name()), gone);
  }
}
