package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.JobId;
import io.temporal.activity.ActivityInterface;

/** Runs that somebody has paused; answered by an engine. */
@ActivityInterface
public interface PauseActivities {
  /**
   * Answers once the run may go on: it was resumed, or has ended. Until then each attempt fails,
   * and the caller's profile makes the next one seconds later.
   */
  void awaitResume(JobId run);
}
