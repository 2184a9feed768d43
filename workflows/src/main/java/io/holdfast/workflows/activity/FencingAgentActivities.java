package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.HostRef;
import io.temporal.activity.ActivityInterface;
import org.jspecify.annotations.Nullable;

/** Fencing agents, which cut a host's power; run by an engine. */
@ActivityInterface
public interface FencingAgentActivities {
  /**
   * Cuts the host's power by the agent that the settings name, and reads back that it is off; a
   * host that is off already is no error.
   *
   * @return what the agent said, or null when none is named for the host, or it did not succeed
   */
  @Nullable String powerOff(HostRef host);
}
