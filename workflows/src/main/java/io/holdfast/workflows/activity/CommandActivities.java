package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.GuestCommand;
import io.holdfast.workflows.model.InstanceId;
import io.temporal.activity.ActivityInterface;

/** Commands in guests. Queue: the host's wait queue. */
@ActivityInterface
public interface CommandActivities {
  /**
   * Waits for the guest's agent, has it run the command, and waits for its end. Nobody can know
   * whether a worker that died had begun it, so then it is run again, with the same delivery id in
   * its environment. Fails with COMMAND_FAILED when it ends with another status than 0, or not in
   * its time; it may then go on in the guest.
   *
   * @return the beginning of what it printed
   */
  String runCommand(GuestCommand command);

  /**
   * Of a run that was given up: no command that it was to run in the guest begins from here on, not
   * even one that waits in the host's queue or for the guest's agent. It comes with a newer lease
   * than those, which is all that it needs; one that runs already goes on in the guest.
   */
  void shutOutCommands(InstanceId instance);
}
