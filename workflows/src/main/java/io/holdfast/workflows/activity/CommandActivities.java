package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.GuestCommand;
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
}
