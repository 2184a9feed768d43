package io.holdfast.engine.resources;

import io.holdfast.engine.api.CreateInstanceRequest;
import io.holdfast.engine.api.DiskRequest;
import io.holdfast.engine.api.InstanceBody;
import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.LeaseBody;
import io.holdfast.engine.api.PatchInstanceRequest;
import io.holdfast.engine.api.PlanBody;
import io.holdfast.engine.api.PowerRequest;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.InstanceChange;
import io.holdfast.engine.core.InstanceService;
import io.holdfast.engine.core.InstanceService.Instance;
import io.holdfast.engine.core.LeaseService;
import io.holdfast.engine.core.LeaseService.Lease;
import io.holdfast.engine.core.NewInstance;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.PageRequest.Cursor;
import io.holdfast.workflows.model.PowerAction;
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
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Virtual machines. */
@Path("/v1/instances")
@Produces(MediaType.APPLICATION_JSON)
public final class InstanceResource {
  private final InstanceService instances;
  private final LeaseService leases;
  private final JobAnswers answers;

  public InstanceResource(InstanceService instances, LeaseService leases, JobAnswers answers) {
    this.instances = instances;
    this.leases = leases;
    this.answers = answers;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void create(
      @Valid @NotNull CreateInstanceRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(
        instances.create(call.submission(request).with(request.onFailure()), wanted(request)),
        call.patience(),
        response);
  }

  /** {@code action}: start, stop or reboot. The body may be left out. */
  @POST
  @Path("/{instance:[^/:]+}:{action:start|stop|reboot}")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void power(
      @PathParam("instance") String instance,
      @PathParam("action") String action,
      @Valid @Nullable PowerRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    PowerRequest order = request == null ? PowerRequest.DEFAULT : request;
    PowerAction power = PowerAction.valueOf(action.toUpperCase(Locale.ROOT));
    answers.accepted(
        instances.power(call.submission(order), instance, power, order.graceSeconds()),
        call.patience(),
        response);
  }

  /**
   * {@code label}: {@code key=value}, all that are given must be there; {@code site} and {@code
   * host}: id or name.
   */
  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(
      @BeanParam Paging paging,
      @QueryParam("label") List<String> label,
      @QueryParam("site") @Nullable String site,
      @QueryParam("host") @Nullable String host,
      @QueryParam("state") @Nullable String state) {
    InstanceBody.State wanted = Choice.of("state", InstanceBody.State.class, state);
    List<Instance> page =
        instances.list(
            paging.request(),
            paging.name(),
            LabelSelector.of(label),
            Choice.reference("site", site),
            Choice.reference("host", host),
            wanted == null ? null : wanted.name());
    Map<UUID, Lease> held =
        leases.of(page.stream().map(one -> one.view().instance().id()).toList());
    return paging.page(
        page,
        one -> body(one, held.get(one.view().instance().id())),
        one -> new Cursor(one.view().instance().createdAt(), one.view().instance().id()));
  }

  /** The ETag names labels and lease, which PATCH changes; not what the host says. */
  @GET
  @Path("/{instance:[^/:]+}")
  @RolesAllowed(Roles.VIEWER)
  @ApiResponse(
      responseCode = "200",
      description = "Found",
      content = @Content(schema = @Schema(implementation = InstanceBody.class)))
  public Response get(@PathParam("instance") String instance) {
    return tagged(instances.get(instance));
  }

  @PATCH
  @Path("/{instance:[^/:]+}")
  @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "Changed",
      content = @Content(schema = @Schema(implementation = InstanceBody.class)))
  public Response change(
      @PathParam("instance") String instance,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String seen,
      @Valid @NotNull PatchInstanceRequest request,
      @BeanParam Call call) {
    Instance changed =
        instances.change(call.submission(request), instance, change(request), IfMatch.of(seen));
    InstanceRow row = changed.view().instance();
    return call.dryRun()
        ? Response.ok(PlanBody.of("CHANGE", "instance", row.id(), row.name(), body(changed, null)))
            .build()
        : tagged(changed);
  }

  @DELETE
  @Path("/{instance:[^/:]+}")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void delete(
      @PathParam("instance") String instance,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    answers.accepted(instances.delete(call.submission(), instance), call.patience(), response);
  }

  private Response tagged(Instance instance) {
    long revision = instance.view().instance().revision();
    Lease lease = leases.of(instance.view().instance().id()).orElse(null);
    return Response.ok(body(instance, lease)).tag(new EntityTag(Long.toString(revision))).build();
  }

  private static InstanceChange change(PatchInstanceRequest request) {
    Optional<Map<String, @Nullable String>> named = request.labels();
    Optional<Instant> lease = request.leaseUntil();
    Map<String, Optional<String>> labels = new HashMap<>();
    if (named != null && named.isPresent()) {
      named.get().forEach((key, value) -> labels.put(key, Optional.ofNullable(value)));
    }
    return new InstanceChange(
        named != null && named.isEmpty(),
        labels,
        lease != null,
        lease == null ? null : lease.orElse(null));
  }

  private static InstanceBody body(Instance instance, @Nullable Lease lease) {
    return InstanceBody.of(
        instance.view(), instance.ports(), instance.volumes(), LeaseBody.ofNullable(lease));
  }

  private static NewInstance wanted(CreateInstanceRequest request) {
    return new NewInstance(
        request.name(),
        request.site(),
        request.host(),
        request.pool(),
        request.image(),
        request.flavor(),
        request.vcpus(),
        request.memoryMiB(),
        request.maxVcpus(),
        request.maxMemoryMiB(),
        request.disks().stream().map(DiskRequest::sizeGiB).toList(),
        request.networks(),
        request.sshKeys(),
        request.userData(),
        request.labels(),
        request.antiAffinity(),
        request.leaseUntil(),
        request.guestTimeoutSeconds());
  }
}
