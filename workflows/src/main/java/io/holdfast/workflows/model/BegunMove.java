package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * What became of the wish to move an instance. Neither: there is nothing to move any more.
 *
 * @param move the job that moves it, or null
 * @param busy another job that works on it and must end first, or null
 * @param refusal why it cannot have its place any more, or null
 */
public record BegunMove(
    @Nullable JobRequest move, @Nullable JobId busy, @Nullable JobFailure refusal) {
  public static final BegunMove NOTHING = new BegunMove(null, null, null);

  public static BegunMove of(JobRequest move) {
    return new BegunMove(move, null, null);
  }

  public static BegunMove busy(JobId other) {
    return new BegunMove(null, other, null);
  }

  public static BegunMove refused(JobFailure why) {
    return new BegunMove(null, null, why);
  }
}
