package io.holdfast.engine.lab;

/**
 * Keeps a step from ending, by nothing but the world around it: a process that is frozen, a lock in
 * the database. What is struck meanwhile is struck in that step.
 */
interface Hold extends AutoCloseable {
  /** Before the job is asked for. */
  void arm();

  /** Waits until the step is held; false when it got away, and nothing may be concluded. */
  boolean holds(Api.Accepted job);

  /** Lets the step go on; nothing happens when it is not held. */
  @Override
  void close();
}
