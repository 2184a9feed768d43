package io.holdfast.workflows.host;

import io.holdfast.workflows.activity.HostActivities;
import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import java.time.Duration;

/**
 * Host: REGISTERED -> ACTIVE. Reads the host through its own queue, so a host that is ACTIVE has
 * been shown to work all the way. Changes nothing on the host; the ledger only with the last step.
 */
public final class DiscoverHostWorkflowImpl implements DiscoverHostWorkflow {
  private static final Duration PROBE_TIME = Duration.ofMinutes(3);

  private final LedgerActivities ledger = Profiles.inventory(LedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> discover(saga, request));
  }

  private void discover(Saga saga, JobRequest request) {
    HostId id = request.host();
    HostActivities host = Profiles.libvirtLong(HostActivities.class, id, PROBE_TIME);
    saga.on(ledger.hostRef(id));

    HostFacts facts = saga.stepWithoutUndo(Steps.DISCOVER, host::discoverHost); // only reads
    saga.complete(
        Steps.RECORD_HOST, steps -> ledger.completeDiscovery(request.job(), id, facts, steps));
  }
}
