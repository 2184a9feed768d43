package io.holdfast.engine.temporal;

import io.holdfast.workflows.activity.CensusActivities;
import io.holdfast.workflows.activity.ProbeActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.CensusItem;
import io.holdfast.workflows.model.CensusKind;
import io.holdfast.workflows.model.DiskAdoption;
import io.holdfast.workflows.model.DomainDescription;
import io.holdfast.workflows.model.HostCensus;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.LostWrites;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.ProbeResult;
import io.holdfast.workflows.model.ProbeSpec;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What a {@link PretendHost} does for drills besides: replicas, probes and a true census. */
final class PretendRecovery implements ReplicaActivities, ProbeActivities, CensusActivities {
  private final PretendHost host;

  /** What a replica holds is not what was sealed; only who reads it is told. */
  volatile boolean replicasBroken;

  /** No guest does what it is there for. */
  volatile boolean guestsIdle;

  /** Probes wait until it is open. */
  volatile CountDownLatch answers = new CountDownLatch(0);

  PretendRecovery(PretendHost host) {
    this.host = host;
  }

  @Override
  public long cloneReplica(ReplicaClone clone) {
    if (replicasBroken && clone.read()) {
      throw Failures.of(FailureType.REPLICA_BROKEN, "Leaf 7 is not what was sealed");
    }
    host.volumes.add(clone.instance());
    return clone.disk().sizeBytes();
  }

  @Override
  public ProbeResult runProbe(ProbeSpec probe) {
    try {
      answers.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw Failures.of(FailureType.PROBE_FAILED, "The host stops");
    }
    if (guestsIdle) {
      throw Failures.of(FailureType.PROBE_FAILED, "Nobody listens at " + probe.target());
    }
    return new ProbeResult(probe.kind(), probe.target(), 1, "connected");
  }

  @Override
  public HostCensus takeCensus(String known) {
    List<CensusItem> items = new ArrayList<>();
    host.domains.keySet().forEach(id -> items.add(item(CensusKind.DOMAIN, id, "hf-" + id)));
    host.volumes.forEach(id -> items.add(item(CensusKind.VOLUMES, id, id + "-root.qcow2")));
    return new HostCensus("digest of " + items, items, null);
  }

  private static CensusItem item(CensusKind kind, InstanceId owner, String name) {
    return new CensusItem(kind, name, "default", owner.value(), null, 0, "", null);
  }

  @Override
  public DomainDescription describeDomain(InstanceId instance) {
    throw new UnsupportedOperationException("no drill adopts");
  }

  @Override
  public OpenedReplica openReplica(ReplicaSpec replica) {
    throw new UnsupportedOperationException("no drill replicates");
  }

  @Override
  public SealedReplica sealReplica(ReplicaSpec replica) {
    throw new UnsupportedOperationException("no drill replicates");
  }

  @Override
  public SealedReplica verifyReplica(ReplicaSpec replica) {
    throw new UnsupportedOperationException("a drill reads as it clones");
  }

  @Override
  public SealedReplica adoptDisk(DiskAdoption adoption) {
    throw new UnsupportedOperationException("no drill turns a plan");
  }

  @Override
  public LostWrites compareReplica(ReplicaSpec replica) {
    throw new UnsupportedOperationException("no drill turns a plan");
  }

  @Override
  public void deleteReplica(RecoveryPointId point, InstanceId instance, String disk, String pool) {
    throw new UnsupportedOperationException("no drill removes a point");
  }

  @Override
  public void keepReplica(RecoveryPointId point, InstanceId instance, String disk, String pool) {
    throw new UnsupportedOperationException("no drill removes a point");
  }
}
