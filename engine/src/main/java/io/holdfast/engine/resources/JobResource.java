package io.holdfast.engine.resources;

import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.LimitRequest;
import io.holdfast.engine.api.ReasonRequest;
import io.holdfast.engine.api.ResumeRequest;
import io.holdfast.engine.api.SkipRequest;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.JobService;
import io.holdfast.engine.core.JobSteering;
import io.holdfast.engine.db.PageRequest.Cursor;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Jobs: every change that was accepted. */
@Path("/v1/jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class JobResource {
  private final JobService jobs;
  private final JobSteering steering;
  private final JobAnswers answers;

  public JobResource(JobService jobs, JobSteering steering, JobAnswers answers) {
    this.jobs = jobs;
    this.steering = steering;
    this.answers = answers;
  }

  /** {@code target}: id or name of what the jobs are about; {@code name} is the same. */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(
      @BeanParam TimedPages paging,
      @QueryParam("state") @Nullable String state,
      @QueryParam("kind") @Nullable String kind,
      @QueryParam("target") @Nullable String target,
      @QueryParam("name") @Nullable String name) {
    return paging.page(
        jobs.list(
            paging.request(),
            Choice.of("state", JobState.class, state),
            Choice.of("kind", JobKind.class, kind),
            target == null ? Paging.name("name", name) : Choice.reference("target", target),
            paging.since()),
        JobBody::of,
        job -> new Cursor(job.row().createdAt(), job.row().id()));
  }

  @GET
  @Path("/{job:[^/:]+}")
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

  /** {@code verb}: cancel, abort or approve. The body may be left out. */
  @POST
  @Path("/{job:[^/:]+}:{verb:cancel|abort|approve}")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void decide(
      @PathParam("job") String job,
      @PathParam("verb") String verb,
      @Valid @Nullable ReasonRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    ReasonRequest said = request == null ? ReasonRequest.NONE : request;
    JobVerb decision = JobVerb.valueOf(verb.toUpperCase(Locale.ROOT));
    answers.accepted(
        steering.decide(call.submission(said), job, decision, said.reason(), null),
        call.patience(),
        response);
  }

  /** Runs the step, or the undo, that holds the job again; the body may be left out. */
  @POST
  @Path("/{job:[^/:]+}:resume")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void resume(
      @PathParam("job") String job,
      @Valid @Nullable ResumeRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    ResumeRequest said = request == null ? ResumeRequest.PLAIN : request;
    ResumeRequest.Patch patch = said.patch();
    answers.accepted(
        steering.decide(
            call.submission(said),
            job,
            JobVerb.RESUME,
            said.reason(),
            patch == null ? null : new JobSteering.Patch(patch.host(), patch.site())),
        call.patience(),
        response);
  }

  /**
   * Goes on without the step, or leaves what its undo would have taken back. An evacuation leaves
   * instances where they are.
   */
  @POST
  @Path("/{job:[^/:]+}:skip")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void skip(
      @PathParam("job") String job,
      @Valid @NotNull SkipRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(
        steering.skip(call.submission(request), job, request.reason(), request.instance()),
        call.patience(),
        response);
  }

  /** Other limits for a migration, whatever it is doing; they hold within seconds. */
  @POST
  @Path("/{job:[^/:]+}:limit")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void limit(
      @PathParam("job") String job,
      @Valid @NotNull LimitRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(
        steering.limit(
            call.submission(request),
            job,
            request.reason(),
            request.bandwidthMiBps(),
            request.maxDowntimeMs()),
        call.patience(),
        response);
  }

  /** A new job for the same target with the same request; the body may be left out. */
  @POST
  @Path("/{job:[^/:]+}:retry")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The new job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void retry(
      @PathParam("job") String job,
      @Valid @Nullable ReasonRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    ReasonRequest said = request == null ? ReasonRequest.NONE : request;
    answers.accepted(steering.retry(call.submission(said), job), call.patience(), response);
  }
}
