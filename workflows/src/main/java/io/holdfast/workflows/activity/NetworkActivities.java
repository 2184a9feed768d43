package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.PortSpec;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/** The networks of a host: there while a port needs them. Queue: the host's. */
@ActivityInterface
public interface NetworkActivities {
  /** Makes each network that is absent, and the DHCP reservation of each port. */
  void connectPorts(InstanceId instance, JobId job, List<PortSpec> ports);

  /** Takes the reservations back, and removes each network of ours that has none left. */
  void disconnectPorts(InstanceId instance, List<PortSpec> ports);
}
