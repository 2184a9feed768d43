package io.holdfast.engine.resources;

import io.holdfast.engine.api.CreateProtectionGroupRequest;
import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.PatchProtectionGroupRequest;
import io.holdfast.engine.api.PlanBody;
import io.holdfast.engine.api.ProtectionGroupBody;
import io.holdfast.engine.api.RecoveryPointBody;
import io.holdfast.engine.api.RetentionRequest;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.NewProtectionGroup;
import io.holdfast.engine.core.ProtectionGroup;
import io.holdfast.engine.core.ProtectionGroupChange;
import io.holdfast.engine.core.ProtectionGroupService;
import io.holdfast.engine.core.RecoveryPointService;
import io.holdfast.engine.core.RoundService;
import io.holdfast.engine.db.PageRequest.Cursor;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.Retention;
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
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Instances that are copied to another site in one moment. */
@Path("/v1/protection-groups")
@Produces(MediaType.APPLICATION_JSON)
public final class ProtectionGroupResource {
  private static final String NOUN = "protection-group";

  private final ProtectionGroupService groups;
  private final RoundService rounds;
  private final RecoveryPointService points;
  private final JobAnswers answers;

  public ProtectionGroupResource(
      ProtectionGroupService groups,
      RoundService rounds,
      RecoveryPointService points,
      JobAnswers answers) {
    this.groups = groups;
    this.rounds = rounds;
    this.points = points;
    this.answers = answers;
  }

  /** The first round begins by itself. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "201",
      description = "Made",
      content = @Content(schema = @Schema(implementation = ProtectionGroupBody.class)))
  public Response create(
      @Valid @NotNull CreateProtectionGroupRequest request, @BeanParam Call call) {
    RetentionRequest retention =
        request.retention() == null ? RetentionRequest.DEFAULT : request.retention();
    ProtectionGroupBody group =
        ProtectionGroupBody.of(
            groups.create(
                call.submission(request),
                new NewProtectionGroup(
                    request.name(),
                    request.instances(),
                    request.targetSite(),
                    request.rpo(),
                    retention(retention),
                    request.consistency())));
    return Answers.created(call, new Answers.Thing(NOUN, group.id(), group.name()), group);
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(@BeanParam Paging paging) {
    return paging.page(
        groups.list(paging.request(), paging.name()),
        ProtectionGroupBody::of,
        one -> new Cursor(one.view().group().createdAt(), one.view().group().id()));
  }

  /** The ETag names the definition, which PATCH changes; not what replication does. */
  @GET
  @Path("/{group:[^/:]+}")
  @RolesAllowed(Roles.VIEWER)
  @ApiResponse(
      responseCode = "200",
      description = "Found",
      content = @Content(schema = @Schema(implementation = ProtectionGroupBody.class)))
  public Response get(@PathParam("group") String group) {
    return tagged(groups.get(group));
  }

  @PATCH
  @Path("/{group:[^/:]+}")
  @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "Changed",
      content = @Content(schema = @Schema(implementation = ProtectionGroupBody.class)))
  public Response change(
      @PathParam("group") String group,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String seen,
      @Valid @NotNull PatchProtectionGroupRequest request,
      @BeanParam Call call) {
    ProtectionGroupChange change =
        new ProtectionGroupChange(
            request.instances(),
            request.rpo(),
            request.retention() == null ? null : retention(request.retention()),
            request.consistency());
    return changed(
        call, "CHANGE", groups.change(call.submission(request), group, change, IfMatch.of(seen)));
  }

  /** {@code purge}: true to remove its recovery points, too; else those stay. */
  @DELETE
  @Path("/{group:[^/:]+}")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void delete(
      @PathParam("group") String group,
      @QueryParam("purge") @Nullable String purge,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(
        groups.delete(call.submission(), group, Choice.flag("purge", purge)),
        call.patience(),
        response);
  }

  /** One round, now. A failure blocks it, unless onFailure says ROLLBACK. */
  @POST
  @Path("/{group:[^/:]+}:replicate")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void replicate(
      @PathParam("group") String group, @BeanParam Call call, @Suspended AsyncResponse response) {
    answers.accepted(rounds.replicate(call.submission(), group), call.patience(), response);
  }

  /** No round begins until it is resumed; one that runs goes on. */
  @POST
  @Path("/{group:[^/:]+}:pause")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "Paused",
      content = @Content(schema = @Schema(implementation = ProtectionGroupBody.class)))
  public Response pause(@PathParam("group") String group, @BeanParam Call call) {
    return changed(call, "PAUSE", groups.pause(call.submission(), group));
  }

  /** A round is due at once. */
  @POST
  @Path("/{group:[^/:]+}:resume")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "Resumed",
      content = @Content(schema = @Schema(implementation = ProtectionGroupBody.class)))
  public Response resume(@PathParam("group") String group, @BeanParam Call call) {
    return changed(call, "RESUME", groups.resume(call.submission(), group));
  }

  @GET
  @Path("/{group:[^/:]+}/recovery-points")
  @RolesAllowed(Roles.VIEWER)
  public Response listPoints(
      @PathParam("group") String group,
      @BeanParam TimedPages paging,
      @QueryParam("state") @Nullable String state) {
    return paging.page(
        points.list(
            paging.request(),
            group,
            Choice.of("state", RecoveryPointState.class, state),
            paging.since()),
        RecoveryPointBody::of,
        one -> new Cursor(one.view().point().createdAt(), one.view().point().id()));
  }

  private static Response changed(Call call, String verb, ProtectionGroup group) {
    ProtectionGroupBody body = ProtectionGroupBody.of(group);
    return call.dryRun()
        ? Response.ok(PlanBody.of(verb, NOUN, body.id(), body.name(), body)).build()
        : tagged(group);
  }

  private static Response tagged(ProtectionGroup group) {
    long revision = group.view().group().revision();
    return Response.ok(ProtectionGroupBody.of(group))
        .tag(new EntityTag(Long.toString(revision)))
        .build();
  }

  private static Retention retention(RetentionRequest request) {
    return new Retention(
        Objects.requireNonNull(request.keepLast()),
        Objects.requireNonNull(request.hourly()),
        Objects.requireNonNull(request.daily()),
        Objects.requireNonNull(request.weekly()));
  }
}
