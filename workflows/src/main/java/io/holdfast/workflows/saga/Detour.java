package io.holdfast.workflows.saga;

import io.holdfast.workflows.model.JobDecision;
import io.temporal.failure.TemporalFailure;

/** Leaves the runbook for a reason that is no failure. Caught by {@link Saga} alone. */
abstract sealed class Detour extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private Detour(String message) {
    super(message, null, false, false);
  }

  /** Somebody ended the job: its run must not touch anything any more. */
  static final class Ended extends Detour {
    private static final long serialVersionUID = 1L;

    Ended() {
      super("The job has ended");
    }
  }

  /** The step that runs is left out. */
  static final class Skipped extends Detour {
    private static final long serialVersionUID = 1L;
    final transient JobDecision decision;

    Skipped(JobDecision decision) {
      super("Skipped by " + decision.words());
      this.decision = decision;
    }
  }

  /** What was done is undone, and the job starts over with a patched input. */
  static final class StartOver extends Detour {
    private static final long serialVersionUID = 1L;
    final transient JobDecision decision;

    /** What held the job. */
    final transient TemporalFailure failure;

    StartOver(JobDecision decision, TemporalFailure failure) {
      super("Started over by " + decision.words());
      this.decision = decision;
      this.failure = failure;
    }
  }

  /** What was to be undone is left as it is: undoing it would do harm beside what is left. */
  static final class HeldBack extends Detour {
    private static final long serialVersionUID = 1L;

    HeldBack(String why) {
      super(why);
    }
  }

  /** What was to be undone stays at a host that is silent: the job goes on at another one. */
  static final class LeftBehind extends Detour {
    private static final long serialVersionUID = 1L;

    LeftBehind(String why) {
      super(why);
    }
  }

  /** What was to be undone came to its end instead, and stays. */
  static final class DoneForGood extends Detour {
    private static final long serialVersionUID = 1L;

    DoneForGood(String became) {
      super(became);
    }
  }
}
