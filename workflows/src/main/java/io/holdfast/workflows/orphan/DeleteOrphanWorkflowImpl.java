package io.holdfast.workflows.orphan;

import io.holdfast.workflows.activity.BlockVolumeActivities;
import io.holdfast.workflows.activity.CensusLedgerActivities;
import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.ImageActivities;
import io.holdfast.workflows.activity.NetworkActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.activity.SnapshotActivities;
import io.holdfast.workflows.activity.VolumeActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.CensusItem;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.NetworkId;
import io.holdfast.workflows.model.NetworkMode;
import io.holdfast.workflows.model.NetworkSpec;
import io.holdfast.workflows.model.OrphanOrder;
import io.holdfast.workflows.model.PortSpec;
import io.holdfast.workflows.model.ReplicaName;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import java.util.List;

/**
 * Orphan: there -> gone. Looks at host and ledger again right before it acts, and reads back from
 * the host that it is gone. What is removed cannot come back, so there is no undo; a removal that
 * failed is sent again.
 */
public final class DeleteOrphanWorkflowImpl implements DeleteOrphanWorkflow {
  private static final String PREFIX = "hf-";

  private final CensusLedgerActivities ledger = Profiles.inventory(CensusLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> delete(saga, request));
  }

  private void delete(Saga saga, JobRequest request) {
    OrphanOrder order = ledger.orphanOrder(request.job());
    HostId host = order.host().id();
    saga.on(order.host());

    saga.stepWithoutUndo(Steps.TAKE_CENSUS, () -> Census.take(host)); // only reads
    saga.stepWithoutUndo(Steps.CHECK_ORPHAN, () -> ledger.checkOrphan(request.job())); // the same
    saga.stepForGood(Steps.REMOVE_ORPHAN, () -> remove(host, order.item()));
    saga.stepWithoutUndo(
        Steps.VERIFY_REMOVAL, // only reads
        () -> {
          Census.take(host);
          ledger.requireRemoved(request.job());
        });
    saga.complete(Steps.RECORD_REMOVAL, steps -> ledger.completeRemoval(request.job(), steps));
  }

  /** The host's own checks stand: what does not carry our tag is left alone. */
  private static void remove(HostId host, CensusItem item) {
    switch (item.kind()) {
      case DOMAIN, CONSOLE -> // a console's file goes with its domain, also with one that is gone
          Profiles.libvirtShort(DomainActivities.class, host)
              .undefineDomain(new InstanceId(item.owner()));
      case VOLUMES ->
          Profiles.libvirtShort(VolumeActivities.class, host)
              .deleteVolumes(new InstanceId(item.owner()), item.place());
      case VOLUME ->
          Profiles.libvirtShort(BlockVolumeActivities.class, host)
              .deleteVolume(new VolumeId(item.owner()), item.place());
      case IMAGE ->
          Profiles.libvirtShort(ImageActivities.class, host)
              .removeImage(new ImageId(item.owner()), item.place());
      case SNAPSHOT ->
          Profiles.libvirtShort(SnapshotActivities.class, host)
              .deleteSnapshot(new SnapshotId(item.owner()), item.place());
      case REPLICA -> removeReplica(host, item);
      case NETWORK, RESERVATION ->
          Profiles.libvirtShort(NetworkActivities.class, host)
              .disconnectPorts(new InstanceId(item.owner()), List.of(port(item)));
    }
  }

  private static void removeReplica(HostId host, CensusItem item) {
    ReplicaName name =
        ReplicaName.parse(item.name())
            .orElseThrow(
                () -> Failures.of(FailureType.NOT_FOUND, item.name() + " names no replica"));
    Profiles.storageCopy(ReplicaActivities.class, host)
        .deleteReplica(name.point(), name.instance(), name.disk(), item.place());
  }

  /** A network goes with its last reservation; of an empty one there is none to take back. */
  private static PortSpec port(CensusItem item) {
    NetworkSpec network =
        new NetworkSpec(
            new NetworkId(item.owner()),
            item.place().substring(PREFIX.length()),
            NetworkMode.NAT,
            String.valueOf(item.cidr()));
    return new PortSpec(network, item.name(), item.detail());
  }
}
