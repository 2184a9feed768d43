package io.holdfast.engine.resources;

import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.MigrateInstanceRequest;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.MigrationService;
import io.holdfast.engine.core.WantedMigration;
import io.holdfast.workflows.model.MigrationLimits;
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

/** The host of an instance. */
@Path("/v1/instances/{instance:[^/:]+}:migrate")
@Produces(MediaType.APPLICATION_JSON)
public final class InstanceMigrationResource {
  private final MigrationService migrations;
  private final JobAnswers answers;

  public InstanceMigrationResource(MigrationService migrations, JobAnswers answers) {
    this.migrations = migrations;
    this.answers = answers;
  }

  /** The instance runs on meanwhile when mode is LIVE; whatever fails, it stays on one host. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void migrate(
      @PathParam("instance") String instance,
      @Valid @NotNull MigrateInstanceRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    WantedMigration wanted =
        new WantedMigration(
            request.host(),
            request.site(),
            request.mode(),
            new MigrationLimits(
                request.bandwidthMiBps(), request.maxDowntimeMs(), request.postCopy()),
            request.graceSeconds());
    answers.accepted(
        migrations.migrate(call.submission(request).with(request.onFailure()), instance, wanted),
        call.patience(),
        response);
  }
}
