package io.holdfast.engine.resources;

import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.MaintainHostRequest;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.EvacuationService;
import io.holdfast.engine.core.HostService;
import io.holdfast.engine.core.Submission;
import io.holdfast.engine.core.WantedEvacuation;
import io.holdfast.workflows.model.MigrationLimits;
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

/** Hosts that people work on. */
@Path("/v1/hosts/{host:[^/:]+}:maintenance")
@Produces(MediaType.APPLICATION_JSON)
public final class HostMaintenanceResource {
  private final HostService hosts;
  private final EvacuationService evacuations;
  private final JobAnswers answers;

  public HostMaintenanceResource(
      HostService hosts, EvacuationService evacuations, JobAnswers answers) {
    this.hosts = hosts;
    this.evacuations = evacuations;
    this.answers = answers;
  }

  /**
   * Places nothing more on the host, and moves all instances off it unless told otherwise. A dry
   * run answers with every move.
   */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void maintain(
      @PathParam("host") String host,
      @Valid @Nullable MaintainHostRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    MaintainHostRequest said = request == null ? MaintainHostRequest.PLAIN : request;
    Submission submission = call.submission(said);
    answers.accepted(
        said.evacuate()
            ? evacuations.evacuate(submission, host, wanted(said))
            : hosts.maintain(submission, host),
        call.patience(),
        response);
  }

  private static WantedEvacuation wanted(MaintainHostRequest said) {
    return new WantedEvacuation(
        said.site(),
        said.parallel(),
        said.mode(),
        new MigrationLimits(said.bandwidthMiBps(), said.maxDowntimeMs(), said.postCopy()),
        said.graceSeconds());
  }
}
