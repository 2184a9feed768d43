package io.holdfast.workflows.saga;

/** The steps of one job, written as pairs of do and undo. */
@FunctionalInterface
public interface Runbook {
  void run(Saga saga);
}
