package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.GuestActivities;
import io.holdfast.workflows.activity.InstanceActivities;
import io.holdfast.workflows.activity.NetworkActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.activity.SnapshotActivities;
import io.holdfast.workflows.activity.VolumeActivities;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.Placement;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.ReplicaOrigin;
import io.holdfast.workflows.model.SnapshotClone;
import io.holdfast.workflows.model.StepTime;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Skip;
import io.holdfast.workflows.saga.Undo;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Functions.Proc;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An instance from its place on a host to its first sign of life, wherever its disks come from. */
final class Building {
  private final Saga saga;
  private final HostId host;
  private final InstanceSpec instance;
  private final InstanceActivities instances;
  private final VolumeActivities volumes;
  private final NetworkActivities networks;
  private final DomainActivities domains;
  private final ReplicaCopies copies;
  private boolean mayRun;

  Building(Saga saga, Placement placement) {
    this.saga = saga;
    this.host = placement.host().id();
    this.instance = placement.instance();
    this.instances = Profiles.build(InstanceActivities.class, host);
    this.volumes = Profiles.undo(VolumeActivities.class, host);
    this.networks = Profiles.undo(NetworkActivities.class, host);
    this.copies = new ReplicaCopies(host);
    this.domains = Profiles.undo(DomainActivities.class, host);
  }

  /**
   * Of a run that follows a lost one: takes over what that has to undo, whatever this one comes to.
   *
   * @param cloned the step that makes the disks before the others, or null
   * @param place asks where the lost run has put the instance
   * @param before undos of what comes before, that of the place among them
   * @return null when nothing was begun on a host
   */
  static @Nullable Building ofLostRun(
      Saga saga, @Nullable String cloned, Func<Placement> place, List<Undo> before) {
    boolean built = saga.hasBegun(Steps.CREATE_VOLUMES);
    if (!built && (cloned == null || !saga.hasBegun(cloned))) {
      saga.inherit(before);
      return null;
    }
    CompletablePromise<Placement> found = Workflow.newPromise();
    Workflow.newDetachedCancellationScope(() -> found.complete(place.apply())).run();
    Building building = new Building(saga, found.get());
    building.mayRun = built;
    List<Undo> undos = new ArrayList<>(before);
    if (cloned != null) {
      undos.add(new Undo(cloned, building::deleteVolumes));
    }
    if (built) {
      undos.addAll(building.undos());
    }
    saga.inherit(undos);
    return building;
  }

  /** One after the other: they lie in one pool, so that at once would not be sooner. */
  long cloneReplicas(List<ReplicaClone> clones) {
    return clones.stream().mapToLong(this::cloneReplica).sum();
  }

  private long cloneReplica(ReplicaClone clone) {
    ReplicaOrigin origin = clone.origin();
    return origin == null
        ? Profiles.stream(ReplicaActivities.class, host).cloneReplica(clone)
        : copies.make(clone, origin);
  }

  /** As {@link #cloneReplicas}. */
  long cloneSnapshot(List<SnapshotClone> clones) {
    SnapshotActivities snapshots = Profiles.storageCopy(SnapshotActivities.class, host);
    return clones.stream().mapToLong(snapshots::cloneDisk).sum();
  }

  /** One try of the steps that {@link #steps} runs. */
  List<StepTime> build() {
    mayRun = true;
    return instances.buildInstance(instance);
  }

  /** True from the first try to start the guest until an undo has switched it off. */
  boolean mayRun() {
    return mayRun;
  }

  /** {@code action}: calls {@link #build}, with what it needs round it. */
  void steps(Func<List<StepTime>> action) {
    saga.steps(action, undos().toArray(Undo[]::new));
  }

  private List<Undo> undos() {
    InstanceId id = instance.id();
    return List.of(
        new Undo(Steps.CREATE_VOLUMES, this::deleteVolumes),
        new Undo(Steps.CONNECT_PORTS, () -> networks.disconnectPorts(id, instance.ports())),
        new Undo(Steps.DEFINE_DOMAIN, () -> switchOff(() -> domains.undefineDomain(id))),
        new Undo(Steps.START_DOMAIN, () -> switchOff(() -> domains.stopDomain(id, 0))));
  }

  private void switchOff(Proc undo) {
    undo.apply();
    mayRun = false;
  }

  /** An undo: whatever disks there are, and what was brought for them. */
  void deleteVolumes() {
    copies.delete();
    volumes.deleteVolumes(instance.id(), instance.pool());
  }

  /** Only reads. A guest that gives no sign of life is not waited for: its start is the proof. */
  GuestReport awaitGuest() {
    if (instance.readiness() == GuestReadiness.NONE) {
      saga.skip(Steps.AWAIT_GUEST, "the image promises no sign of life (readiness NONE)");
      return GuestReport.NONE;
    }
    Duration patience = Duration.ofSeconds(instance.guestTimeoutSeconds());
    GuestActivities guests = Profiles.probe(GuestActivities.class, host, patience);
    return saga.stepWithoutUndo(
        Steps.AWAIT_GUEST, () -> guests.awaitGuest(instance), new Skip<>(() -> GuestReport.NONE));
  }
}
