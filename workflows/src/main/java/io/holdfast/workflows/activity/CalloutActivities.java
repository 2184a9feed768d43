package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.JobId;
import io.temporal.activity.ActivityInterface;

/** What a run tells somebody outside; made by an engine. */
@ActivityInterface
public interface CalloutActivities {
  /**
   * Posts the step of a plan to its address, once, with a signed body. The delivery id and the body
   * are those of the run and the step, so they are the same when the call is made again, whoever
   * died in between: a receiver that has seen the id does nothing more. Fails with CALLOUT_FAILED
   * unless the answer is 2xx.
   *
   * @param step its name in the plan
   * @return the answer, for people
   */
  String callOut(JobId run, String step);
}
