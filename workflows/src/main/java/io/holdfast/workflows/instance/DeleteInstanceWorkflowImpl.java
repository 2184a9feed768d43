package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.activity.NetworkActivities;
import io.holdfast.workflows.activity.OverlayActivities;
import io.holdfast.workflows.activity.VolumeActivities;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceLocation;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Instance: any state -> DELETING -> gone. No step has an undo: what is deleted cannot come back,
 * so a delete that failed is simply run again, and each step takes "already gone" for done.
 */
public final class DeleteInstanceWorkflowImpl implements DeleteInstanceWorkflow {
  private static final int PULL_THE_PLUG = 0;

  private final LedgerActivities ledger = Profiles.inventory(LedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> delete(saga, request));
  }

  private void delete(Saga saga, JobRequest request) {
    InstanceId id = request.instance();
    InstanceLocation location = ledger.locate(id);
    if (location.host() != null && location.pool() != null) {
      clearHost(saga, location, location.host(), location.pool());
    }
    saga.complete(Steps.RELEASE, steps -> ledger.completeDelete(request.job(), id, steps));
  }

  private static void clearHost(Saga saga, InstanceLocation location, HostRef host, String pool) {
    InstanceId id = location.id();
    DomainActivities domains = Profiles.libvirtShort(DomainActivities.class, host.id());
    NetworkActivities networks = Profiles.libvirtShort(NetworkActivities.class, host.id());
    VolumeActivities volumes = Profiles.libvirtShort(VolumeActivities.class, host.id());
    saga.on(host);

    saga.stepForGood(
        Steps.STOP_DOMAIN,
        () -> {
          domains.stopDomain(id, PULL_THE_PLUG);
          if (location.volumes()) { // what a move has left in their overlays goes with the domain
            Profiles.move(OverlayActivities.class, host.id()).mergeOverlays(id);
          }
        });
    saga.stepForGood(Steps.UNDEFINE_DOMAIN, () -> domains.undefineDomain(id));
    saga.stepForGood(Steps.DISCONNECT_PORTS, () -> networks.disconnectPorts(id, location.ports()));
    saga.stepForGood(Steps.DELETE_VOLUMES, () -> volumes.deleteVolumes(id, pool));
  }
}
