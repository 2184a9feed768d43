package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.CalloutActivities;
import io.holdfast.workflows.activity.CommandActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.GuestCommand;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import java.util.concurrent.atomic.AtomicInteger;

/** What a plan has done around its tiers and its instance, as far as it is done elsewhere. */
final class PlanStepsWorld implements CalloutActivities, CommandActivities {
  private final World world;
  private final RecoveryWorld recovery;

  /** So many callouts are not taken. */
  final AtomicInteger refusedCallouts = new AtomicInteger();

  /** The commands in the guest fail. */
  volatile boolean commandFails;

  PlanStepsWorld(World world, RecoveryWorld recovery) {
    this.world = world;
    this.recovery = recovery;
  }

  @Override
  public String callOut(JobId run, String step) {
    recovery.requireNotPaused();
    if (refusedCallouts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw Failures.of(FailureType.CALLOUT_FAILED, "status 503");
    }
    return "status 200";
  }

  @Override
  public String runCommand(GuestCommand command) {
    if (!world.facts.contains("domain")) {
      throw Failures.of(FailureType.COMMAND_FAILED, "The domain is gone");
    }
    if (commandFails) {
      throw Failures.of(FailureType.COMMAND_FAILED, "status 1");
    }
    return "status 0";
  }

  /** The lease that it comes with is all that it does. */
  @Override
  public void shutOutCommands(InstanceId instance) {}
}
