package io.holdfast.workflows.power;

import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DomainStatus;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.temporal.workflow.Functions.Func;
import java.time.Duration;
import java.util.List;

/**
 * The steps round a change that an instance must be off for: READ_POWER, STOP_DOMAIN, and after the
 * change START_DOMAIN. One that was off stays off. An unwind leaves it running if it ran, also when
 * the run that stopped it was lost: see {@link StoppedGuest}.
 */
public final class Downtime {
  private static final int PULL_THE_PLUG = 0;
  private static final Duration BESIDE_THE_GRACE = Duration.ofSeconds(60);

  private final Saga saga;
  private final InstanceId instance;
  private final HostId host;
  private final DomainActivities domains;
  private final DomainActivities undo;
  private final StoppedGuest guest;
  private boolean runs;
  private boolean ran;

  public Downtime(Saga saga, JobId job, HostId host, InstanceId instance) {
    this.saga = saga;
    this.instance = instance;
    this.host = host;
    this.domains = Profiles.libvirtShort(DomainActivities.class, host);
    this.undo = Profiles.undo(DomainActivities.class, host);
    this.guest = new StoppedGuest(job, instance);
  }

  /**
   * Stops an instance that runs. Fails with INSTANCE_MUST_BE_STOPPED when it runs and {@code
   * restart} is false: the engine asked before, and somebody may have started it since.
   *
   * @param graceSeconds that the guest has to shut down; 0 pulls the plug
   */
  public void begin(boolean restart, int graceSeconds) {
    readPower();
    stop(restart, graceSeconds, List.of());
  }

  /**
   * As {@link #begin}, for a change that a guest may take as it runs: then true, and the guest runs
   * on. {@code restartFor}: why it cannot, empty when it can; the failure has these as its causes.
   */
  public boolean beginUnlessLive(List<String> restartFor, boolean restart, int graceSeconds) {
    readPower();
    boolean live = runs && restartFor.isEmpty();
    if (live) {
      saga.skip(Steps.STOP_DOMAIN, "it takes the change as it runs");
    } else {
      stop(restart, graceSeconds, restartFor);
    }
    return live;
  }

  private void readPower() {
    ran =
        saga.stepWithoutUndo(
            Steps.READ_POWER,
            () -> {
              runs = runs(domains.readDomain(instance));
              return guest.ran(runs);
            });
  }

  private void stop(boolean restart, int graceSeconds, List<String> restartFor) {
    if (!ran) {
      saga.skip(Steps.STOP_DOMAIN, "it is off");
      return;
    }
    if (!restart) {
      throw Failures.of(
          FailureType.INSTANCE_MUST_BE_STOPPED,
          "The instance runs; stop it first, or say \"restart\": true",
          restartFor);
    }
    Duration patience = BESIDE_THE_GRACE.plusSeconds(graceSeconds);
    saga.step(
        Steps.STOP_DOMAIN,
        () -> undo.startDomain(instance),
        () -> {
          guest.note();
          DomainStatus unused =
              Profiles.libvirtLong(DomainActivities.class, host, patience)
                  .stopDomain(instance, graceSeconds);
        });
  }

  /**
   * Has the guest go on by {@code wake}, also when it was off before. An unwind pulls its plug.
   *
   * @return the state that it is in
   */
  public PowerState end(Func<DomainStatus> wake) {
    return saga.step(Steps.START_DOMAIN, () -> undo.stopDomain(instance, PULL_THE_PLUG), wake)
        .state();
  }

  /** Starts an instance that was stopped for this; answers with the state that it is in. */
  public PowerState end() {
    if (!ran) {
      saga.skip(Steps.START_DOMAIN, "it was off");
      return PowerState.SHUTOFF;
    }
    return saga.<DomainStatus>step(
            Steps.START_DOMAIN,
            () -> undo.stopDomain(instance, PULL_THE_PLUG),
            () -> domains.startDomain(instance))
        .state();
  }

  private static boolean runs(DomainStatus status) {
    return switch (status.state()) {
      case RUNNING, PAUSED -> true;
      case SHUTOFF, CRASHED, MISSING, UNKNOWN -> false;
    };
  }
}
