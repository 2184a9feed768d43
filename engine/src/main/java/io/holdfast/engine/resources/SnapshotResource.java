package io.holdfast.engine.resources;

import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.RestoreRequest;
import io.holdfast.engine.api.RestoreSnapshotRequest;
import io.holdfast.engine.api.SnapshotBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.RestoreService;
import io.holdfast.engine.core.SnapshotService;
import io.holdfast.engine.db.PageRequest.Cursor;
import io.swagger.v3.oas.annotations.Parameter;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Disks of instances as of a moment. They may be deleted in any order. */
@Path("/v1/snapshots")
@Produces(MediaType.APPLICATION_JSON)
public final class SnapshotResource {
  private final SnapshotService snapshots;
  private final RestoreService restores;
  private final JobAnswers answers;

  public SnapshotResource(SnapshotService snapshots, RestoreService restores, JobAnswers answers) {
    this.snapshots = snapshots;
    this.restores = restores;
    this.answers = answers;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(
      @BeanParam Paging paging,
      @QueryParam("instance")
          @Parameter(description = "Only those of this instance: its id, or the name it had")
          @Nullable String instance) {
    return paging.page(
        snapshots.list(paging.request(), paging.name(), Paging.name("instance", instance)),
        SnapshotBody::of,
        one -> new Cursor(one.snapshot().createdAt(), one.snapshot().id()));
  }

  @GET
  @Path("/{snapshot:[^/:]+}")
  @RolesAllowed(Roles.VIEWER)
  public SnapshotBody get(@PathParam("snapshot") String snapshot) {
    return SnapshotBody.of(snapshots.get(snapshot));
  }

  /**
   * Gives the instance these disks in the place of its own; it must be off, or restart true. With
   * the snapshot's memory its guest goes on where it was then.
   */
  @POST
  @Path("/{snapshot:[^/:]+}:restore")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void restore(
      @PathParam("snapshot") String snapshot,
      @Valid @Nullable RestoreSnapshotRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    RestoreSnapshotRequest wanted = request == null ? RestoreSnapshotRequest.NONE : request;
    answers.accepted(
        snapshots.restore(call.submission(wanted), snapshot, wanted.restart(), wanted.memory()),
        call.patience(),
        response);
  }

  /** Makes a new instance of it, on its host; what it was taken of is not touched. */
  @POST
  @Path("/{snapshot:[^/:]+}:clone")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job; its target is the new instance",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void clone(
      @PathParam("snapshot") String snapshot,
      @Valid @NotNull RestoreRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(
        restores.cloneSnapshot(
            call.submission(request).with(request.onFailure()), snapshot, request.wanted()),
        call.patience(),
        response);
  }

  /** Other snapshots and the instance do not depend on it. */
  @DELETE
  @Path("/{snapshot:[^/:]+}")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void delete(
      @PathParam("snapshot") String snapshot,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(snapshots.delete(call.submission(), snapshot), call.patience(), response);
  }
}
