package io.holdfast.workflows.host;

import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostObservation;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Keeps the inventory's picture of a host true, for as long as the host is registered. */
@WorkflowInterface
public interface WatchHostWorkflow {
  /** The workflow id: one watch a host, however many engines ask for it. */
  static String workflowId(HostId host) {
    return "watch-host:" + host;
  }

  /**
   * Watches until it is terminated; goes on as new runs, so its history stays short.
   *
   * @param known the last observation; empty at first
   */
  @WorkflowMethod
  void run(HostId host, HostObservation known);
}
