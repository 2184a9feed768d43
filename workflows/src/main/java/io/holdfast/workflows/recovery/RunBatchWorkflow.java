package io.holdfast.workflows.recovery;

import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.RunBatch;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;

/**
 * A part of a run of a large plan, in a history of its own. It is no job: the run waits for it, and
 * makes it again when it is lost.
 */
@WorkflowInterface
public interface RunBatchWorkflow {
  /** Returns why instances failed, once nothing goes on any more. */
  @WorkflowMethod
  List<JobFailure> run(RunBatch batch);
}
