package io.holdfast.engine.resources;

import io.holdfast.engine.api.DrillRequest;
import io.holdfast.engine.api.FailoverRequest;
import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.MigratePlanRequest;
import io.holdfast.engine.api.PlannedRunBody;
import io.holdfast.engine.api.RecoveryPlanBody;
import io.holdfast.engine.api.RecoveryPlanRequest;
import io.holdfast.engine.api.ReprotectRequest;
import io.holdfast.engine.api.RunBody;
import io.holdfast.engine.api.TestPlanRequest;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.DirectionService;
import io.holdfast.engine.core.RecoveryPlanService;
import io.holdfast.engine.core.RecoveryPlanService.Named;
import io.holdfast.engine.core.RunService;
import io.holdfast.engine.db.PageRequest.Cursor;
import io.holdfast.workflows.model.RunKind;
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
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is recovered at another site, in which order, and how it is proven; and its runs. */
@Path("/v1/recovery-plans")
@Produces(MediaType.APPLICATION_JSON)
public final class RecoveryPlanResource {
  private static final String NOUN = "recovery-plan";

  private final RecoveryPlanService plans;
  private final RunService runs;
  private final DirectionService directions;
  private final JobAnswers answers;

  public RecoveryPlanResource(
      RecoveryPlanService plans, RunService runs, DirectionService directions, JobAnswers answers) {
    this.plans = plans;
    this.runs = runs;
    this.directions = directions;
    this.answers = answers;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "201",
      description = "Made",
      content = @Content(schema = @Schema(implementation = RecoveryPlanBody.class)))
  public Response create(@Valid @NotNull RecoveryPlanRequest request, @BeanParam Call call) {
    RecoveryPlanBody plan =
        RecoveryPlanBody.of(
            plans.create(call.submission(request), PlanRequests.wanted(request)), true);
    return Answers.created(call, new Answers.Thing(NOUN, plan.id(), plan.name()), plan);
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(@BeanParam Paging paging, @Context SecurityContext security) {
    boolean whole = mayChange(security);
    return paging.page(
        plans.list(paging.request(), paging.name()),
        plan -> RecoveryPlanBody.of(plan, whole),
        one -> new Cursor(one.plan().createdAt(), one.plan().id()));
  }

  @GET
  @Path("/{plan:[^/:]+}")
  @RolesAllowed(Roles.VIEWER)
  @ApiResponse(
      responseCode = "200",
      description = "Found",
      content = @Content(schema = @Schema(implementation = RecoveryPlanBody.class)))
  public Response get(@PathParam("plan") String plan, @Context SecurityContext security) {
    return tagged(plans.get(plan), mayChange(security));
  }

  /** A new version; runs that have begun keep theirs. */
  @PUT
  @Path("/{plan:[^/:]+}")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "Changed",
      content = @Content(schema = @Schema(implementation = RecoveryPlanBody.class)))
  public Response replace(
      @PathParam("plan") String plan,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String seen,
      @Valid @NotNull RecoveryPlanRequest request,
      @BeanParam Call call) {
    return tagged(
        plans.replace(
            call.submission(request), plan, PlanRequests.wanted(request), IfMatch.of(seen)),
        true);
  }

  /** Its runs stay. */
  @DELETE
  @Path("/{plan:[^/:]+}")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(responseCode = "204", description = "Gone")
  public Response delete(@PathParam("plan") String plan, @BeanParam Call call) {
    RecoveryPlanBody gone = RecoveryPlanBody.of(plans.delete(call.submission(), plan), true);
    return Answers.gone(call, new Answers.Thing(NOUN, gone.id(), gone.name()), gone);
  }

  /** What a run would do now, and what is in its way. {@code kind}: TEST unless said. */
  @POST
  @Path("/{plan:[^/:]+}:validate")
  @RolesAllowed(Roles.VIEWER)
  @ApiResponse(
      responseCode = "200",
      description = "The run as it would be",
      content = @Content(schema = @Schema(implementation = PlannedRunBody.class)))
  public Response validate(
      @PathParam("plan") String plan,
      @QueryParam("kind") @Nullable String kind,
      @BeanParam Call call) {
    RunKind wanted = Choice.of("kind", RunKind.class, kind);
    RunKind run = wanted == null ? RunKind.TEST : wanted;
    return Response.ok(PlannedRunBody.of(run, runs.validate(plan, run))).build();
  }

  /** Makes guests of the plan's points in isolated networks; they stay until :cleanup. */
  @POST
  @Path("/{plan:[^/:]+}:test")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job; the run has the same id",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void test(
      @PathParam("plan") String plan,
      @Valid @Nullable TestPlanRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    TestPlanRequest wanted = request == null ? TestPlanRequest.PLAIN : request;
    String timeToLive = Objects.requireNonNull(wanted.timeToLive());
    answers.accepted(
        runs.test(call.submission(wanted), plan, wanted.reason(), timeToLive),
        call.patience(),
        response);
  }

  /** Removes what the last test made, and reads back that it is gone. */
  @POST
  @Path("/{plan:[^/:]+}:cleanup")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void cleanUp(
      @PathParam("plan") String plan, @BeanParam Call call, @Suspended AsyncResponse response) {
    answers.accepted(runs.cleanUp(call.submission(), plan), call.patience(), response);
  }

  /** A test and its cleanup in one job. */
  @POST
  @Path("/{plan:[^/:]+}:drill")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job; the run has the same id",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void drill(
      @PathParam("plan") String plan,
      @Valid @Nullable DrillRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    DrillRequest wanted = request == null ? DrillRequest.PLAIN : request;
    String deadline = Objects.requireNonNull(wanted.deadline());
    answers.accepted(
        runs.drill(call.submission(wanted), plan, wanted.reason(), deadline),
        call.patience(),
        response);
  }

  /** The recovery site takes over. A failure blocks the job, unless onFailure says ROLLBACK. */
  @POST
  @Path("/{plan:[^/:]+}:failover")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job; the run has the same id",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void failOver(
      @PathParam("plan") String plan,
      @Valid @Nullable FailoverRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    FailoverRequest wanted = request == null ? FailoverRequest.PLAIN : request;
    answers.accepted(
        runs.failOver(
            call.submission(wanted),
            plan,
            wanted.reason(),
            wanted.fencing() == null ? null : PlanRequests.proof(wanted.fencing())),
        call.patience(),
        response);
  }

  /**
   * Protects at the old site what has taken over from it, by difference; what the old site had
   * written and nobody had copied is kept as a recovery point. A failure blocks the job, unless
   * onFailure says ROLLBACK.
   */
  @POST
  @Path("/{plan:[^/:]+}:reprotect")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job; the run has the same id",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void reprotect(
      @PathParam("plan") String plan,
      @Valid @Nullable ReprotectRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    ReprotectRequest wanted = request == null ? ReprotectRequest.PLAIN : request;
    answers.accepted(
        directions.reprotect(call.submission(wanted), plan, wanted.reason()),
        call.patience(),
        response);
  }

  /**
   * The recovery site takes over from one that is well: guests are shut down and copied once more,
   * so nothing is lost. What fails before an instance was recovered is undone.
   */
  @POST
  @Path("/{plan:[^/:]+}:migrate")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job; the run has the same id",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void migrate(
      @PathParam("plan") String plan,
      @Valid @Nullable MigratePlanRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    MigratePlanRequest wanted = request == null ? MigratePlanRequest.PLAIN : request;
    answers.accepted(
        directions.migrate(call.submission(wanted), plan, wanted.reason(), wanted.graceSeconds()),
        call.patience(),
        response);
  }

  /**
   * As :migrate and :reprotect behind it, of a plan whose direction was turned: its instances come
   * home under their names, and are protected as before.
   */
  @POST
  @Path("/{plan:[^/:]+}:failback")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job; the run has the same id",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void failBack(
      @PathParam("plan") String plan,
      @Valid @Nullable MigratePlanRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    MigratePlanRequest wanted = request == null ? MigratePlanRequest.PLAIN : request;
    answers.accepted(
        directions.failBack(call.submission(wanted), plan, wanted.reason(), wanted.graceSeconds()),
        call.patience(),
        response);
  }

  @GET
  @Path("/{plan:[^/:]+}/runs")
  @RolesAllowed(Roles.VIEWER)
  public Response listRuns(
      @PathParam("plan") String plan,
      @BeanParam TimedPages paging,
      @QueryParam("kind") @Nullable String kind) {
    return paging.page(
        runs.ofPlan(paging.request(), plan, Choice.of("kind", RunKind.class, kind), paging.since()),
        RunBody::of,
        one -> new Cursor(one.row().triggeredAt(), one.row().id()));
  }

  private static boolean mayChange(SecurityContext security) {
    return security.isUserInRole(Roles.OPERATOR);
  }

  private static Response tagged(Named plan, boolean whole) {
    return Response.ok(RecoveryPlanBody.of(plan, whole))
        .tag(new EntityTag(Long.toString(plan.plan().version())))
        .build();
  }
}
