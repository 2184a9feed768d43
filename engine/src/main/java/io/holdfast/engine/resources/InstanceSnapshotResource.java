package io.holdfast.engine.resources;

import io.holdfast.engine.api.CreateSnapshotRequest;
import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.SnapshotService;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** Snapshots that are to be. */
@Path("/v1/instances/{instance:[^/:]+}:snapshot")
@Produces(MediaType.APPLICATION_JSON)
public final class InstanceSnapshotResource {
  private final SnapshotService snapshots;
  private final JobAnswers answers;

  public InstanceSnapshotResource(SnapshotService snapshots, JobAnswers answers) {
    this.snapshots = snapshots;
    this.answers = answers;
  }

  /**
   * The job is about the snapshot. A guest that runs is held still for some milliseconds, or for as
   * long as its memory takes.
   */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void snapshot(
      @PathParam("instance") String instance,
      @Valid @Nullable CreateSnapshotRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    CreateSnapshotRequest wanted = request == null ? CreateSnapshotRequest.NONE : request;
    answers.accepted(
        snapshots.take(
            call.submission(wanted),
            instance,
            wanted.name(),
            wanted.consistency(),
            wanted.memory()),
        call.patience(),
        response);
  }
}
