package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.GuestActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.saga.Profiles;

/**
 * One call on the host's wait queue, tried once: the caller is there and can ask again. No saga,
 * since there is nothing to undo.
 */
public final class ReadConsoleWorkflowImpl implements ReadConsoleWorkflow {
  @Override
  public byte[] read(HostId host, InstanceId instance, int bytes) {
    return Profiles.read(GuestActivities.class, host).readConsole(instance, bytes);
  }
}
