package io.holdfast.engine.resources;

import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.EventFilter;
import io.holdfast.engine.core.EventFollowers;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.glassfish.jersey.media.sse.SseFeature;
import org.jspecify.annotations.Nullable;

/** Every change as it happens, and those of the last thirty days again. */
@Path("/v1/events")
public final class EventResource {
  private static final Pattern ID = Pattern.compile("\\d{1,18}");
  private static final Pattern TYPES =
      Pattern.compile("[a-z-]{1,40}(\\.[a-z-]{1,40})?(,[a-z-]{1,40}(\\.[a-z-]{1,40})?){0,19}");

  private final EventFollowers followers;

  public EventResource(EventFollowers followers) {
    this.followers = followers;
  }

  /** Without Last-Event-ID what happens from now on; with 0 all that is kept. */
  @GET
  @Produces(SseFeature.SERVER_SENT_EVENTS)
  @RolesAllowed(Roles.VIEWER)
  @ApiResponse(
      responseCode = "200",
      description = "A stream of events: id, event and data; the data is an EventBody as JSON",
      content =
          @Content(mediaType = SseFeature.SERVER_SENT_EVENTS, schema = @Schema(type = "object")))
  public Response follow(
      @HeaderParam(SseFeature.LAST_EVENT_ID_HEADER)
          @Parameter(description = "Go on behind this event")
          @Nullable String lastEvent,
      @QueryParam("types")
          @Parameter(description = "Only these, comma-separated: job.state, or job for all of them")
          @Nullable String types,
      @Context SecurityContext security,
      @QueryParam("target") @Parameter(description = "Only of this id or name, or of this job")
          @Nullable String target) {
    if (lastEvent != null && !ID.matcher(lastEvent).matches()) {
      throw new ProblemException(ProblemCode.INVALID_REQUEST, "Last-Event-ID is no event's id");
    }
    if (types != null && !TYPES.matcher(types).matches()) {
      throw Choice.invalid("types", "types must be types of events, as in job.state,instance");
    }
    EventFilter filter =
        new EventFilter(
            types == null ? Set.of() : Set.copyOf(List.of(types.split(",", -1))),
            Choice.reference("target", target));
    long from =
        followers.begin(
            lastEvent == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(lastEvent)));
    SseSink sink = new SseSink();
    followers.follow(security.getUserPrincipal().getName(), from, filter, sink);
    return Response.ok(sink.output(), SseFeature.SERVER_SENT_EVENTS_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }
}
