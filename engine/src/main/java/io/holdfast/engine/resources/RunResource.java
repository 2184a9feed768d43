package io.holdfast.engine.resources;

import io.holdfast.engine.api.EditRunRequest;
import io.holdfast.engine.api.FenceRunRequest;
import io.holdfast.engine.api.PauseRunRequest;
import io.holdfast.engine.api.PlanBody;
import io.holdfast.engine.api.RunBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.PlanRun;
import io.holdfast.engine.core.RunEditing;
import io.holdfast.engine.core.RunPausing;
import io.holdfast.engine.core.RunRecords;
import io.holdfast.engine.core.RunService;
import io.holdfast.engine.db.PageRequest.Cursor;
import io.holdfast.engine.db.RunFilter;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.evidence.ReportBundle;
import io.holdfast.engine.evidence.ReportPage;
import io.holdfast.engine.evidence.ReportTables;
import io.holdfast.engine.evidence.SigningKey;
import io.holdfast.engine.recovery.RunRecord;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.RunKind;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Runs of recovery plans; each has the id of its job, which takes the verbs. */
@Path("/v1/runs")
@Produces(MediaType.APPLICATION_JSON)
public final class RunResource {
  private static final String BUNDLE = "application/zstd";

  private final RunService runs;
  private final RunPausing pausing;
  private final RunEditing editing;
  private final RunRecords records;
  private final @Nullable SigningKey signer;

  /** {@code signer}: null for none; then there are no bundles. */
  public RunResource(
      RunService runs,
      RunPausing pausing,
      RunEditing editing,
      RunRecords records,
      @Nullable SigningKey signer) {
    this.runs = runs;
    this.pausing = pausing;
    this.editing = editing;
    this.records = records;
    this.signer = signer;
  }

  /**
   * {@code plan}: id, or name at the time, also of one that was deleted; {@code jobState}: of the
   * run's job, as the list of jobs has it.
   */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(
      @BeanParam TimedPages paging,
      @QueryParam("plan") @Nullable String plan,
      @QueryParam("kind") @Nullable String kind,
      @QueryParam("jobState") @Nullable String jobState) {
    RunFilter filter =
        new RunFilter(
            Choice.reference("plan", plan),
            Choice.of("kind", RunKind.class, kind),
            Choice.of("jobState", JobState.class, jobState),
            paging.since());
    return paging.page(
        runs.list(paging.request(), filter),
        RunBody::of,
        one -> new Cursor(one.row().triggeredAt(), one.row().id()));
  }

  @GET
  @Path("/{run:[^/:]+}")
  @RolesAllowed(Roles.VIEWER)
  public RunBody get(@PathParam("run") String run) {
    return RunBody.of(runs.get(run));
  }

  /** All that is known of the run, for whoever wants it as evidence. */
  @GET
  @Path("/{run:[^/:]+}/report")
  @RolesAllowed(Roles.VIEWER)
  @ApiResponse(
      responseCode = "200",
      description = "The run with its timeline, points and probes",
      content = @Content(schema = @Schema(type = "object")))
  public Response report(@PathParam("run") String run) {
    return Response.ok(records.get(run)).build();
  }

  /** The same as a page for people: one file without script. */
  @GET
  @Path("/{run:[^/:]+}/report.html")
  @Produces(MediaType.TEXT_HTML)
  @RolesAllowed(Roles.VIEWER)
  @ApiResponse(
      responseCode = "200",
      description = "The report",
      content = @Content(mediaType = "text/html", schema = @Schema(type = "string")))
  public Response page(@PathParam("run") String run) {
    return Response.ok(ReportPage.of(records.get(run)), MediaType.TEXT_HTML + ";charset=utf-8")
        .build();
  }

  /** The instances of the run, a line each. */
  @GET
  @Path("/{run:[^/:]+}/report.csv")
  @Produces("text/csv")
  @RolesAllowed(Roles.VIEWER)
  @ApiResponse(
      responseCode = "200",
      description = "The table",
      content = @Content(mediaType = "text/csv", schema = @Schema(type = "string")))
  public Response table(@PathParam("run") String run) {
    return Response.ok(ReportTables.instances(records.get(run)), "text/csv;charset=utf-8").build();
  }

  /** All of it as a signed bundle, which verify-report checks; of a run that has ended. */
  @GET
  @Path("/{run:[^/:]+}/report.tar.zst")
  @Produces(BUNDLE)
  @RolesAllowed(Roles.VIEWER)
  @ApiResponse(
      responseCode = "200",
      description = "The bundle",
      content = @Content(mediaType = BUNDLE, schema = @Schema(type = "string", format = "binary")))
  public Response bundle(@PathParam("run") String run) {
    RunRecord record = records.get(run);
    SigningKey key = signer;
    if (key == null) {
      throw new ProblemException(
          ProblemCode.REPORT_NOT_SIGNED,
          "This engine has no key to sign reports with (evidence.signingKeyFile)");
    }
    if (record.endedAt() == null) {
      throw new ProblemException(
          ProblemCode.REPORT_NOT_SIGNED,
          "The run is %s; it is signed once it has ended".formatted(record.state()));
    }
    return Response.ok(ReportBundle.of(record, key), BUNDLE)
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"report-%s.tar.zst\"".formatted(record.id()))
        .build();
  }

  /** Changes what a test or a failover has not begun; a dry run shows the diff. */
  @PATCH
  @Path("/{run:[^/:]+}")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "Changed",
      content = @Content(schema = @Schema(implementation = RunBody.class)))
  public Response edit(
      @PathParam("run") String run, @Valid @NotNull EditRunRequest request, @BeanParam Call call) {
    return answer(
        "EDIT",
        call,
        editing.edit(call.submission(request), run, request.reason(), PlanRequests.edits(request)));
  }

  /** Nothing more of it begins, and what has begun goes on. */
  @POST
  @Path("/{run:[^/:]+}:pause")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "Paused",
      content = @Content(schema = @Schema(implementation = RunBody.class)))
  public Response pause(
      @PathParam("run") String run,
      @Valid @Nullable PauseRunRequest request,
      @BeanParam Call call) {
    PauseRunRequest wanted = request == null ? PauseRunRequest.DEFAULT : request;
    return answer("PAUSE", call, pausing.pause(call.submission(wanted), run, wanted.reason()));
  }

  /** What was paused goes on. A run that is BLOCKED is resumed by its job. */
  @POST
  @Path("/{run:[^/:]+}:resume")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "It goes on",
      content = @Content(schema = @Schema(implementation = RunBody.class)))
  public Response resume(@PathParam("run") String run, @BeanParam Call call) {
    return answer("RESUME", call, pausing.resume(call.submission(), run));
  }

  /** Records what proves that instances do not run at the protected site; then :resume the job. */
  @POST
  @Path("/{run:[^/:]+}:fence")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "Recorded",
      content = @Content(schema = @Schema(implementation = RunBody.class)))
  public Response fence(
      @PathParam("run") String run, @Valid @NotNull FenceRunRequest request, @BeanParam Call call) {
    return answer(
        "FENCE",
        call,
        runs.fence(call.submission(request), run, PlanRequests.proof(request.fencing())));
  }

  private static Response answer(String kind, Call call, PlanRun run) {
    RunBody body = RunBody.of(run);
    return Response.ok(
            call.dryRun() ? PlanBody.of(kind, "run", body.id(), body.planName(), body) : body)
        .build();
  }
}
