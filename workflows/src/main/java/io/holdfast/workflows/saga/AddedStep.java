package io.holdfast.workflows.saga;

/**
 * How a step ended that a plan adds to a job.
 *
 * @param carriedOut false: it failed, and the plan lets the job go on without it
 * @param words what was seen, or why it was left out
 */
public record AddedStep(boolean carriedOut, String words) {
  public static AddedStep done(String seen) {
    return new AddedStep(true, seen);
  }

  public static AddedStep leftOut(String why) {
    return new AddedStep(false, why);
  }
}
