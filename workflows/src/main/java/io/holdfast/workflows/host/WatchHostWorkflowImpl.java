package io.holdfast.workflows.host;

import io.holdfast.workflows.activity.HostActivities;
import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a host again and again: the activity returns with each change, at the latest after ten
 * seconds. A host that does not answer is recorded as such; whatever runs there is then UNKNOWN.
 * Not a job: it changes nothing on the host, and has nothing to undo.
 */
public final class WatchHostWorkflowImpl implements WatchHostWorkflow {
  private static final int LOOKS_PER_RUN = 300;
  private static final int LOOK_SECONDS = 10;
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final HostObservation NOTHING = new HostObservation(Map.of());

  private final LedgerActivities ledger = Profiles.inventory(LedgerActivities.class);

  @Override
  public void run(HostId host, HostObservation known) {
    HostActivities activities =
        Profiles.watch(HostActivities.class, host, Duration.ofSeconds(LOOK_SECONDS));
    HostObservation last = known;
    for (int look = 0; look < LOOKS_PER_RUN; look++) {
      HostObservation seen = look(activities, last);
      ledger.recordObservation(host, seen);
      if (seen == null) {
        Workflow.sleep(PAUSE);
      }
      last = seen == null ? NOTHING : seen;
    }
    Workflow.newContinueAsNewStub(WatchHostWorkflow.class).run(host, last);
  }

  private static @Nullable HostObservation look(HostActivities activities, HostObservation last) {
    try {
      return activities.observeHost(last, LOOK_SECONDS);
    } catch (ActivityFailure silent) {
      Workflow.getLogger(WatchHostWorkflowImpl.class)
          .debug("The host did not answer: {}", silent.getMessage());
      return null;
    }
  }
}
