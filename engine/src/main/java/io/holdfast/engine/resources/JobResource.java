package io.holdfast.engine.resources;

import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.JobService;
import io.holdfast.engine.db.PageRequest.Cursor;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Jobs: every change that was accepted, for thirty days after its end at least. */
@Path("/v1/jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class JobResource {
  private final JobService jobs;
  private final JobAnswers answers;

  public JobResource(JobService jobs, JobAnswers answers) {
    this.jobs = jobs;
    this.answers = answers;
  }

  /** {@code target}: id or name of an instance, image or host. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(
      @BeanParam Paging paging,
      @QueryParam("state") @Nullable String state,
      @QueryParam("kind") @Nullable String kind,
      @QueryParam("target") @Nullable String target) {
    return paging.page(
        jobs.list(
            paging.request(),
            Choice.of("state", JobState.class, state),
            Choice.of("kind", JobKind.class, kind),
            Choice.reference("target", target == null ? paging.name() : target)),
        job -> JobBody.of(job.row(), job.steps()),
        job -> new Cursor(job.row().createdAt(), job.row().id()));
  }

  @GET
  @Path("/{job}")
  @RolesAllowed(Roles.VIEWER)
  @ApiResponse(
      responseCode = "200",
      description = "The job, now or once it has changed",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void get(
      @PathParam("job") String job,
      @HeaderParam("Prefer") @Nullable String prefer,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String seen,
      @Suspended AsyncResponse response) {
    answers.current(jobs.get(job), seen, Preference.waitOf(prefer), response);
  }
}
