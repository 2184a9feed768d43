package io.holdfast.engine.resources;

import io.holdfast.engine.api.FenceRunRequest;
import io.holdfast.engine.api.PlanBody;
import io.holdfast.engine.api.RunBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.RunRecords;
import io.holdfast.engine.core.RunService;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.evidence.ReportBundle;
import io.holdfast.engine.evidence.ReportPage;
import io.holdfast.engine.evidence.ReportTables;
import io.holdfast.engine.evidence.SigningKey;
import io.holdfast.engine.recovery.RunRecord;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
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
  private final RunRecords records;
  private final @Nullable SigningKey signer;

  /** {@code signer}: null for none; then there are no bundles. */
  public RunResource(RunService runs, RunRecords records, @Nullable SigningKey signer) {
    this.runs = runs;
    this.records = records;
    this.signer = signer;
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
    RunBody body =
        RunBody.of(
            runs.fence(call.submission(request), run, PlanRequests.proof(request.fencing())));
    return Response.ok(
            call.dryRun() ? PlanBody.of("FENCE", "run", body.id(), body.planName(), body) : body)
        .build();
  }
}
