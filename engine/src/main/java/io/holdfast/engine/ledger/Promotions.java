package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.AddressHolder;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PortRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointInstanceRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.RestoredFrom;
import io.holdfast.engine.db.RunState;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.WantedInstance;
import io.holdfast.engine.placement.Headroom;
import io.holdfast.engine.placement.MacAddresses;
import io.holdfast.engine.recovery.PlannedRun;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.RunKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The jobs by which a run makes instances, and deletes them again; inside a transaction that holds
 * the run's row.
 */
final class Promotions {
  private static final int LONGEST_NAME = 63;
  private static final int SHORT_ID = 6;

  private final Daos daos;
  private final PlanRunRow run;
  private final Instant now;

  Promotions(Daos daos, PlanRunRow run, Instant now) {
    this.daos = daos;
    this.run = run;
    this.now = now;
  }

  /** The open job that makes an instance, or a new one; empty when one is made. */
  Optional<JobRow> begin(PlanRunInstanceRow row) {
    Optional<JobRow> last = last(row);
    if (last.isPresent() && !last.get().state().isFinal()) {
      return Optional.of(RunJobs.again(daos, last.get()));
    }
    if (row.state() == RunState.RECOVERED || row.state() == RunState.LEFT_OUT) {
      return Optional.empty();
    }
    RunPauses.requireNone(run);
    if (!run.kind().rehearses()) {
      Fencing.requireNoSuccessor(daos, row.sourceId());
    }
    PlanRunInstanceRow member = possible(row);
    UUID jobId = UUID.randomUUID();
    InstanceRow made = instance(member, jobId);
    takeAddresses(member, made.id());
    daos.instances().insert(made, ports(member, made.id(), jobId));
    ObjectNode request =
        JsonNodeFactory.instance
            .objectNode()
            .put("run", run.id().toString())
            .put("recoveryPoint", String.valueOf(member.pointId()))
            .put("instance", member.sourceId().toString());
    PromotionSteps.name(request, run, member.sourceId());
    if (wantsTwoPersons()) {
      request.put(JobRow.TWO_PERSONS, true);
    }
    JobRow job = accept(JobKind.PROMOTE_INSTANCE, jobId, made, request);
    daos.planRuns().setBegun(run.id(), member.sourceId(), jobId, made.id(), made.name(), now);
    return Optional.of(job);
  }

  /** Whichever plan said so when the run began. */
  private boolean wantsTwoPersons() {
    return daos.jobs()
        .find(run.id())
        .filter(job -> job.request().path(JobRow.TWO_PERSONS).asBoolean())
        .isPresent();
  }

  /** What was in the way of a failover when it began may be gone: room, a host, a point. */
  private PlanRunInstanceRow possible(PlanRunInstanceRow member) {
    if (member.refusal() == null || run.kind() != RunKind.DISASTER_RECOVERY) {
      return member;
    }
    RunRepin repin = new RunRepin(daos, run, member);
    PlannedRun planned = repin.plan(now);
    if (!planned.isClear()) {
      throw refused(planned.refusals().get(0).words());
    }
    repin.write(planned);
    return daos.planRuns().instance(run.id(), member.sourceId()).orElseThrow();
  }

  /**
   * The open job that deletes what was made, or a new one; empty when nothing is there. A delete
   * that somebody else asked for is theirs: it is waited for, and not given up with the run.
   */
  Optional<JobRow> remove(PlanRunInstanceRow member) {
    last(member).filter(job -> !job.state().isFinal()).ifPresent(this::giveUp);
    Optional<InstanceRow> made =
        Optional.ofNullable(member.instanceId()).flatMap(daos.instances()::lock);
    if (made.isEmpty()) {
      if (member.instanceId() != null) {
        daos.planRuns().setState(run.id(), member.sourceId(), RunState.REMOVED, null);
      }
      return Optional.empty();
    }
    Optional<JobRow> active = daos.jobs().activeJobOf(made.get().id()).flatMap(daos.jobs()::find);
    if (active.isEmpty()) {
      ObjectNode request = JsonNodeFactory.instance.objectNode().put("run", run.id().toString());
      UUID jobId = UUID.randomUUID();
      return Optional.of(accept(JobKind.DELETE_INSTANCE, jobId, made.get(), request));
    }
    if (active.get().kind() != JobKind.DELETE_INSTANCE || !isOfTheRun(active.get())) {
      throw RunJobs.busy("Job %s works on %s".formatted(active.get().id(), made.get().name()));
    }
    return Optional.of(RunJobs.again(daos, active.get()));
  }

  private void giveUp(JobRow promotion) {
    if (!Abandonment.of(daos, promotion, now)) {
      throw RunJobs.busy("Job %s is still being undone".formatted(promotion.id()));
    }
  }

  private boolean isOfTheRun(JobRow job) {
    return run.id().toString().equals(job.request().path("run").asText());
  }

  private Optional<JobRow> last(PlanRunInstanceRow member) {
    return Optional.ofNullable(member.jobId()).flatMap(daos.jobs()::lock);
  }

  /**
   * It is started by the run's workflow, so the outbox need not; see LostRuns for when it fails.
   */
  private JobRow accept(JobKind kind, UUID jobId, InstanceRow target, ObjectNode request) {
    JobRow job =
        JobRow.pending(
            jobId,
            kind,
            TargetType.INSTANCE,
            target.id(),
            target.name(),
            request,
            "run " + run.id(),
            now);
    JobRow accepted = daos.jobs().accept(job, job.steps());
    daos.jobs().markDispatched(jobId, now);
    return accepted;
  }

  private InstanceRow instance(PlanRunInstanceRow member, UUID jobId) {
    UUID point = available(member);
    RecoveryPointInstanceRow was =
        daos.recoveryPoints().asInstance(member.sourceId()).stream()
            .filter(row -> row.pointId().equals(point))
            .findFirst()
            .orElseThrow(() -> refused("what the instance was is not kept any more"));
    List<RecoveryPointDiskRow> disks =
        PointDisks.of(daos.recoveryPoints().disks(point), member.sourceId());
    NamedSize size = Optional.ofNullable(member.size()).orElseGet(was::named);
    WantedInstance spec =
        new WantedInstance(
            size.flavor(),
            size.vcpus(),
            size.memoryMiB(),
            disks.stream().map(PointDisks::gib).toList(),
            null,
            was.guestTimeoutSeconds(),
            RestoredFrom.point(
                point, member.sourceId(), was.readiness(), PointDisks.volumes(disks)),
            Headroom.after(was.limit(), size.size(), null, null),
            null);
    UUID id = UUID.nameUUIDFromBytes(("instance:" + jobId).getBytes(StandardCharsets.UTF_8));
    UUID host = Objects.requireNonNull(member.hostId(), "a host");
    Optional<InstanceRow> source = predecessor(member);
    Map<String, String> labels = new TreeMap<>(source.map(InstanceRow::labels).orElse(Map.of()));
    labels.put("run", run.id().toString());
    return InstanceRow.restored(
        id,
        name(member),
        spec,
        host,
        labels,
        source.flatMap(row -> apart(row, host)).orElse(null),
        source.map(InstanceRow::leaseUntil).orElse(null),
        now);
  }

  /** What takes over from an instance is to its owner what that was; a rehearsal's is not. */
  private Optional<InstanceRow> predecessor(PlanRunInstanceRow member) {
    return run.kind().rehearses() ? Optional.empty() : daos.instances().findById(member.sourceId());
  }

  /** It can run at this one host alone: beside another of its group rather than not at all. */
  private Optional<String> apart(InstanceRow source, UUID host) {
    return Optional.ofNullable(source.antiAffinity())
        .filter(group -> !daos.instances().isGroupOn(source.project(), group, host));
  }

  private UUID available(PlanRunInstanceRow member) {
    UUID point = member.pointId();
    if (point == null || member.refusal() != null) {
      throw refused(String.valueOf(member.refusal()));
    }
    boolean there =
        daos.recoveryPoints()
            .lock(point)
            .filter(row -> row.state() == RecoveryPointState.AVAILABLE)
            .isPresent();
    if (!there) {
      throw refused("its recovery point is not AVAILABLE any more");
    }
    return point;
  }

  private static RuntimeException refused(String why) {
    return Failures.of(FailureType.RECOVERY_REFUSED, why);
  }

  /**
   * Of its own, since the source keeps its name: nothing there is touched. An attempt that left its
   * instance behind keeps the name of that, and the next one is numbered.
   */
  private String name(PlanRunInstanceRow member) {
    if (run.kind() == RunKind.FAILBACK
        && daos.instances().findByName(member.sourceName()).isEmpty()) {
      return member.sourceName(); // that of the one that was there before, which is gone
    }
    String mark =
        "-%s-%s"
            .formatted(
                run.kind().rehearses() ? "test" : "dr", run.id().toString().substring(0, SHORT_ID));
    String name = suffixed(member.sourceName(), mark);
    for (int i = 2; daos.instances().findByName(name).isPresent(); i++) {
      name = suffixed(member.sourceName(), mark + "-" + i);
    }
    return name;
  }

  private static String suffixed(String name, String suffix) {
    return name.substring(0, Math.min(name.length(), LONGEST_NAME - suffix.length())) + suffix;
  }

  /** The one that it takes over from lends its own; what another instance has is not to be had. */
  private void takeAddresses(PlanRunInstanceRow member, UUID made) {
    for (PlanRunInstanceRow.Nic nic : member.nics()) {
      Optional.ofNullable(nic.address())
          .flatMap(address -> daos.instances().addressHolder(nic.network(), address))
          .ifPresent(holder -> take(member, nic, holder, made));
    }
  }

  private void take(
      PlanRunInstanceRow member, PlanRunInstanceRow.Nic nic, AddressHolder holder, UUID made) {
    if (run.kind().rehearses() || !holder.instanceId().equals(member.sourceId())) {
      throw refused(
          "%s in network %s is the address of %s"
              .formatted(holder.ipv4(), nic.networkName(), holder.instanceName()));
    }
    daos.instances().lendAddress(holder.instanceId(), holder.networkId(), holder.ipv4(), made);
  }

  private static List<PortRow> ports(PlanRunInstanceRow member, UUID instance, UUID jobId) {
    List<PortRow> ports = new ArrayList<>();
    for (PlanRunInstanceRow.Nic nic : member.nics()) {
      int position = ports.size();
      ports.add(
          new PortRow(
              instance, position, nic.network(), MacAddresses.of(jobId, position), nic.address()));
    }
    return ports;
  }
}
