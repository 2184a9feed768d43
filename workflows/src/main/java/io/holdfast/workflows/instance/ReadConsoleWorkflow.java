package io.holdfast.workflows.instance;

import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Reads a guest's console for somebody who waits for the answer. Not a job: it changes nothing. */
@WorkflowInterface
public interface ReadConsoleWorkflow {
  /** At most so many bytes of the end. Ends with the activity's failure when nobody answers. */
  @WorkflowMethod
  byte[] read(HostId host, InstanceId instance, int bytes);
}
