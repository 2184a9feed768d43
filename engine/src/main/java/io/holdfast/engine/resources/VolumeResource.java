package io.holdfast.engine.resources;

import io.holdfast.engine.api.AttachVolumeRequest;
import io.holdfast.engine.api.CreateVolumeRequest;
import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.ResizeVolumeRequest;
import io.holdfast.engine.api.VolumeBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.NewVolume;
import io.holdfast.engine.core.VolumeService;
import io.holdfast.engine.db.PageRequest.Cursor;
import io.holdfast.engine.db.VolumeFilter;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Disks that outlive the instances that have them. */
@Path("/v1/volumes")
@Produces(MediaType.APPLICATION_JSON)
public final class VolumeResource {
  private final VolumeService volumes;
  private final JobAnswers answers;

  public VolumeResource(VolumeService volumes, JobAnswers answers) {
    this.volumes = volumes;
    this.answers = answers;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void create(
      @Valid @NotNull CreateVolumeRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    NewVolume wanted =
        new NewVolume(
            request.name(),
            request.sizeGiB(),
            request.site(),
            request.host(),
            request.instance(),
            request.pool(),
            request.labels());
    answers.accepted(volumes.create(call.submission(request), wanted), call.patience(), response);
  }

  /** The instance must be on the volume's host. A guest that runs sees the disk at once. */
  @POST
  @Path("/{volume:[^/:]+}:attach")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void attach(
      @PathParam("volume") String volume,
      @Valid @NotNull AttachVolumeRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(
        volumes.attach(call.submission(request), volume, request.instance()),
        call.patience(),
        response);
  }

  /** A guest that runs is asked to let go of the disk; the job fails when it does not. */
  @POST
  @Path("/{volume:[^/:]+}:detach")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void detach(
      @PathParam("volume") String volume, @BeanParam Call call, @Suspended AsyncResponse response) {
    answers.accepted(volumes.detach(call.submission(), volume), call.patience(), response);
  }

  /** A volume only grows. A guest that runs sees the new size at once. */
  @POST
  @Path("/{volume:[^/:]+}:resize")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void resize(
      @PathParam("volume") String volume,
      @Valid @NotNull ResizeVolumeRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(
        volumes.resize(call.submission(request), volume, request.sizeGiB()),
        call.patience(),
        response);
  }

  /**
   * {@code label}: {@code key=value}, all that are given must be there; {@code host} and {@code
   * instance}: id or name.
   */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(
      @BeanParam Paging paging,
      @QueryParam("label") List<String> label,
      @QueryParam("host") @Nullable String host,
      @QueryParam("instance") @Nullable String instance) {
    VolumeFilter filter =
        new VolumeFilter(
            paging.name(),
            LabelSelector.of(label),
            Choice.reference("host", host),
            Choice.reference("instance", instance));
    return paging.page(
        volumes.list(paging.request(), filter),
        VolumeBody::of,
        one -> new Cursor(one.volume().createdAt(), one.volume().id()));
  }

  @GET
  @Path("/{volume:[^/:]+}")
  @RolesAllowed(Roles.VIEWER)
  public VolumeBody get(@PathParam("volume") String volume) {
    return VolumeBody.of(volumes.get(volume));
  }

  /** A volume that an instance has is not deleted. */
  @DELETE
  @Path("/{volume:[^/:]+}")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void delete(
      @PathParam("volume") String volume, @BeanParam Call call, @Suspended AsyncResponse response) {
    answers.accepted(volumes.delete(call.submission(), volume), call.patience(), response);
  }
}
