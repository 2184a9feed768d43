package io.holdfast.engine.resources;

import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.ResizeInstanceRequest;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.NewSize;
import io.holdfast.engine.core.ResizeService;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.MediaType;

/** The size of an instance. */
@Path("/v1/instances/{instance:[^/:]+}:resize")
@Produces(MediaType.APPLICATION_JSON)
public final class InstanceSizeResource {
  private final ResizeService sizes;
  private final JobAnswers answers;

  public InstanceSizeResource(ResizeService sizes, JobAnswers answers) {
    this.sizes = sizes;
    this.answers = answers;
  }

  /**
   * An instance that runs grows as it runs, up to its maxVcpus and maxMemoryMiB, in steps of 128
   * MiB. For all else it must be stopped first, unless restart is true.
   */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void resize(
      @PathParam("instance") String instance,
      @Valid @NotNull ResizeInstanceRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    NewSize wanted =
        new NewSize(
            request.flavor(),
            request.vcpus(),
            request.memoryMiB(),
            request.maxVcpus(),
            request.maxMemoryMiB(),
            request.restart(),
            request.graceSeconds());
    answers.accepted(
        sizes.resize(call.submission(request), instance, wanted), call.patience(), response);
  }
}
