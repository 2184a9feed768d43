package io.holdfast.engine.temporal;

import io.holdfast.workflows.activity.RunActivities;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** See {@link RunActivities}. */
public final class RunActivitiesImpl implements RunActivities {
  private static final Logger LOGGER = LoggerFactory.getLogger(RunActivitiesImpl.class);

  private final WorkflowClient client;

  public RunActivitiesImpl(WorkflowClient client) {
    this.client = client;
  }

  @Override
  public void endRun(JobKind kind, JobId job) {
    try {
      client.newUntypedWorkflowStub(kind.workflowId(job)).terminate("its lease was released");
      LOGGER.warn("The run of job {} was ended: its lease is released by force", job);
    } catch (WorkflowNotFoundException ended) {
      LOGGER.info("Job {} has no run to end", job);
    }
  }
}
