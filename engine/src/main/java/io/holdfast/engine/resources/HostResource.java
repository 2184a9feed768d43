package io.holdfast.engine.resources;

import io.holdfast.engine.api.CreateHostRequest;
import io.holdfast.engine.api.HostBody;
import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.LeaseBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.HostService;
import io.holdfast.engine.core.LeaseService;
import io.holdfast.engine.core.LeaseService.Lease;
import io.holdfast.engine.db.HostView;
import io.holdfast.engine.db.PageRequest.Cursor;
import io.holdfast.engine.db.PoolSharerRow;
import io.holdfast.engine.placement.PoolCapacity;
import io.holdfast.engine.resources.Answers.Thing;
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
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Hypervisor hosts. */
@Path("/v1/hosts")
@Produces(MediaType.APPLICATION_JSON)
public final class HostResource {
  private final HostService hosts;
  private final LeaseService leases;
  private final JobAnswers answers;

  public HostResource(HostService hosts, LeaseService leases, JobAnswers answers) {
    this.hosts = hosts;
    this.leases = leases;
    this.answers = answers;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void register(
      @Valid @NotNull CreateHostRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(
        hosts.register(call.submission(request), request.name(), request.site()),
        call.patience(),
        response);
  }

  @POST
  @Path("/{host:[^/:]+}:discover")
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void discover(
      @PathParam("host") String host, @BeanParam Call call, @Suspended AsyncResponse response) {
    answers.accepted(hosts.discover(call.submission(), host), call.patience(), response);
  }

  /** A census: {@code GET /v1/orphans} then compares with what is there now. */
  @POST
  @Path("/{host:[^/:]+}:scan")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void scan(
      @PathParam("host") String host, @BeanParam Call call, @Suspended AsyncResponse response) {
    answers.accepted(hosts.scan(call.submission(), host), call.patience(), response);
  }

  /** Ends a maintenance. */
  @POST
  @Path("/{host:[^/:]+}:activate")
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void activate(
      @PathParam("host") String host, @BeanParam Call call, @Suspended AsyncResponse response) {
    answers.accepted(hosts.activate(call.submission(), host), call.patience(), response);
  }

  /** Refused while anything uses the host. */
  @DELETE
  @Path("/{host:[^/:]+}")
  @RolesAllowed(Roles.ADMIN)
  @ApiResponse(responseCode = "204", description = "Gone")
  public Response delete(@PathParam("host") String host, @BeanParam Call call) {
    HostBody gone = HostBody.of(hosts.remove(call.submission(), host), List.of(), List.of(), null);
    return Answers.gone(call, new Thing("host", gone.id(), gone.name()), gone);
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(@BeanParam Paging paging, @QueryParam("site") @Nullable String site) {
    List<HostView> page =
        hosts.list(paging.request(), paging.name(), Choice.reference("site", site));
    List<UUID> ids = page.stream().map(one -> one.host().id()).toList();
    Map<UUID, Lease> held = leases.of(ids);
    List<PoolSharerRow> sharers = hosts.sharersOf(ids);
    Map<UUID, List<PoolCapacity>> pools = hosts.poolsOf(ids);
    return paging.page(
        page,
        one -> body(one, pools, sharers, held.get(one.host().id())),
        view -> new Cursor(view.host().createdAt(), view.host().id()));
  }

  @GET
  @Path("/{host:[^/:]+}")
  @RolesAllowed(Roles.VIEWER)
  public HostBody get(@PathParam("host") String host) {
    HostView found = hosts.get(host);
    UUID id = found.host().id();
    return body(
        found,
        hosts.poolsOf(List.of(id)),
        hosts.sharersOf(List.of(id)),
        leases.of(id).orElse(null));
  }

  private static HostBody body(
      HostView host,
      Map<UUID, List<PoolCapacity>> pools,
      List<PoolSharerRow> sharers,
      @Nullable Lease lease) {
    return HostBody.of(
        host,
        pools.getOrDefault(host.host().id(), List.of()),
        sharers.stream().filter(row -> row.hostId().equals(host.host().id())).toList(),
        LeaseBody.ofNullable(lease));
  }
}
