package io.holdfast.engine.resources;

import io.holdfast.engine.api.DrillScheduleBody;
import io.holdfast.engine.api.DrillScheduleRequest;
import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.PlanBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.DrillScheduleService;
import io.holdfast.engine.core.DrillScheduleService.Scheduled;
import io.holdfast.engine.core.NewDrillSchedule;
import io.holdfast.engine.db.PageRequest.Cursor;
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
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** When drills of recovery plans begin by themselves. */
@Path("/v1/drill-schedules")
@Produces(MediaType.APPLICATION_JSON)
public final class DrillScheduleResource {
  private static final String NOUN = "drill-schedule";

  private final DrillScheduleService schedules;
  private final JobAnswers answers;

  public DrillScheduleResource(DrillScheduleService schedules, JobAnswers answers) {
    this.schedules = schedules;
    this.answers = answers;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "201",
      description = "Made",
      content = @Content(schema = @Schema(implementation = DrillScheduleBody.class)))
  public Response create(@Valid @NotNull DrillScheduleRequest request, @BeanParam Call call) {
    DrillScheduleBody schedule =
        DrillScheduleBody.of(schedules.create(call.submission(request), wanted(request)));
    return Answers.created(call, new Answers.Thing(NOUN, schedule.id(), schedule.name()), schedule);
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(@BeanParam Paging paging) {
    return paging.page(
        schedules.list(paging.request(), paging.name()),
        DrillScheduleBody::of,
        one -> new Cursor(one.row().createdAt(), one.row().id()));
  }

  /** The ETag names the definition, and whether it is paused; not what the drills do. */
  @GET
  @Path("/{schedule:[^/:]+}")
  @RolesAllowed(Roles.VIEWER)
  @ApiResponse(
      responseCode = "200",
      description = "Found",
      content = @Content(schema = @Schema(implementation = DrillScheduleBody.class)))
  public Response get(@PathParam("schedule") String schedule) {
    return tagged(schedules.get(schedule));
  }

  /** As a whole; it stays paused when it was. */
  @PUT
  @Path("/{schedule:[^/:]+}")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "Changed",
      content = @Content(schema = @Schema(implementation = DrillScheduleBody.class)))
  public Response replace(
      @PathParam("schedule") String schedule,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String seen,
      @Valid @NotNull DrillScheduleRequest request,
      @BeanParam Call call) {
    return tagged(
        schedules.replace(call.submission(request), schedule, wanted(request), IfMatch.of(seen)));
  }

  /** Drills that it began go on. */
  @DELETE
  @Path("/{schedule:[^/:]+}")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(responseCode = "204", description = "Gone")
  public Response delete(@PathParam("schedule") String schedule, @BeanParam Call call) {
    DrillScheduleBody gone = DrillScheduleBody.of(schedules.delete(call.submission(), schedule));
    return Answers.gone(call, new Answers.Thing(NOUN, gone.id(), gone.name()), gone);
  }

  /** A drill now; the next one is due when it was. */
  @POST
  @Path("/{schedule:[^/:]+}:trigger")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job; the run has the same id",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void trigger(
      @PathParam("schedule") String schedule,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(schedules.trigger(call.submission(), schedule), call.patience(), response);
  }

  /** No drill begins until it is resumed; one that runs goes on. */
  @POST
  @Path("/{schedule:[^/:]+}:pause")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "Paused",
      content = @Content(schema = @Schema(implementation = DrillScheduleBody.class)))
  public Response pause(@PathParam("schedule") String schedule, @BeanParam Call call) {
    return changed(call, "PAUSE", schedules.pause(call.submission(), schedule));
  }

  /** The next drill begins when it is due; nothing is made up for. */
  @POST
  @Path("/{schedule:[^/:]+}:resume")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "Resumed",
      content = @Content(schema = @Schema(implementation = DrillScheduleBody.class)))
  public Response resume(@PathParam("schedule") String schedule, @BeanParam Call call) {
    return changed(call, "RESUME", schedules.resume(call.submission(), schedule));
  }

  private static NewDrillSchedule wanted(DrillScheduleRequest request) {
    return new NewDrillSchedule(
        request.name(),
        request.plan(),
        request.cron(),
        request.every(),
        Objects.requireNonNull(request.timeZone()),
        Objects.requireNonNull(request.catchUp()),
        Objects.requireNonNull(request.deadline()));
  }

  private static Response changed(Call call, String verb, Scheduled schedule) {
    DrillScheduleBody body = DrillScheduleBody.of(schedule);
    return call.dryRun()
        ? Response.ok(PlanBody.of(verb, NOUN, body.id(), body.name(), body)).build()
        : tagged(schedule);
  }

  private static Response tagged(Scheduled schedule) {
    return Response.ok(DrillScheduleBody.of(schedule))
        .tag(new EntityTag(Long.toString(schedule.row().revision())))
        .build();
  }
}
