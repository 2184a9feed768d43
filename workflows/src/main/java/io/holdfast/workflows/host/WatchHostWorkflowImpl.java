package io.holdfast.workflows.host;

import io.holdfast.workflows.activity.HostActivities;
import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.orphan.Census;
import io.holdfast.workflows.ownership.Ownerships;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a host again and again: the activity returns with each change, at the latest after ten
 * seconds. A host that does not answer is recorded as such; whatever runs there is then UNKNOWN. A
 * worker or a libvirt daemon that dies during a look is no silence yet: it may be back at once.
 * Every minute it takes a census besides, and tells the host which instances it may run; that also
 * as soon as a host is back, and with each look when a watchdog resets it otherwise. Not a job: it
 * has nothing to undo.
 */
public final class WatchHostWorkflowImpl implements WatchHostWorkflow {
  private static final int LOOKS_PER_RUN = 300;
  private static final int LOOK_SECONDS = 10;
  private static final int AT_ONCE = 0;
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration COMES_BACK = Duration.ofSeconds(2);
  private static final Duration CENSUS_EVERY = Duration.ofMinutes(1);
  private static final Duration LEASE_EVERY = Duration.ofSeconds(5);
  private static final HostObservation NOTHING = new HostObservation(Map.of());

  private final LedgerActivities ledger = Profiles.inventory(LedgerActivities.class);

  /** True until the host was told what it may run; a host that has booted has to be told anew. */
  private boolean mayHaveRestarted = true;

  /** True when its lease has to be extended: its watchdog resets it otherwise. */
  private boolean hasLease;

  private long told;

  @Override
  public void run(HostId host, HostObservation known) {
    HostActivities activities =
        Profiles.watch(HostActivities.class, host, Duration.ofSeconds(LOOK_SECONDS));
    HostObservation last = known;
    boolean silent = false;
    long minute = Workflow.currentTimeMillis();
    for (int look = 0; look < LOOKS_PER_RUN; look++) {
      HostObservation seen = look(activities, last, silent ? AT_ONCE : LOOK_SECONDS);
      ledger.recordObservation(host, seen);
      silent = seen == null;
      if (silent) {
        Workflow.sleep(PAUSE);
      }
      last = seen == null ? NOTHING : seen;
      boolean due = Workflow.currentTimeMillis() - minute >= CENSUS_EVERY.toMillis();
      if (!silent && (mayHaveRestarted || due || isLeaseDue())) {
        confirmOwnership(host);
      }
      if (!silent && due) {
        takeCensus(host);
        minute = Workflow.currentTimeMillis();
      }
    }
    Workflow.newContinueAsNewStub(WatchHostWorkflow.class).run(host, last);
  }

  /** A watch that an older engine began replays without it, until it goes on as a new run. */
  private static void takeCensus(HostId host) {
    if (Workflow.getVersion("census", Workflow.DEFAULT_VERSION, 1) == Workflow.DEFAULT_VERSION) {
      return;
    }
    try {
      Census.take(host);
    } catch (ActivityFailure later) {
      Workflow.getLogger(WatchHostWorkflowImpl.class)
          .debug("No census this time: {}", later.getMessage());
    }
  }

  /** As the census, it is left out by the replay of an older watch. */
  private void confirmOwnership(HostId host) {
    if (Workflow.getVersion("ownership", Workflow.DEFAULT_VERSION, 1) == Workflow.DEFAULT_VERSION) {
      return;
    }
    try {
      hasLease = Ownerships.confirm(host);
      told = Workflow.currentTimeMillis();
      mayHaveRestarted = false;
    } catch (ActivityFailure later) {
      Workflow.getLogger(WatchHostWorkflowImpl.class)
          .debug("The host was not told what it may run: {}", later.getMessage());
    }
  }

  /** A quiet host is looked at every ten seconds; one that changes all the time more often. */
  private boolean isLeaseDue() {
    return hasLease && Workflow.currentTimeMillis() - told >= LEASE_EVERY.toMillis();
  }

  private @Nullable HostObservation look(
      HostActivities activities, HostObservation last, int seconds) {
    try {
      return activities.observeHost(last, seconds);
    } catch (ActivityFailure interrupted) {
      mayHaveRestarted = true;
      if (isSilence(interrupted)) {
        return null;
      }
    }
    Workflow.sleep(COMES_BACK);
    try {
      return activities.observeHost(last, AT_ONCE);
    } catch (ActivityFailure silent) {
      Workflow.getLogger(WatchHostWorkflowImpl.class)
          .debug("The host did not answer: {}", silent.getMessage());
      return null;
    }
  }

  /** Nobody took the look: there is no worker. */
  private static boolean isSilence(ActivityFailure failure) {
    return failure.getCause() instanceof TimeoutFailure timeout
        && timeout.getTimeoutType() == TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_START;
  }
}
