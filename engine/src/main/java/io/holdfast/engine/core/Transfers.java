package io.holdfast.engine.core;

import io.holdfast.engine.db.JobRow;
import java.util.Optional;

/** Where the progress of a running step is known, which no database has. */
@FunctionalInterface
public interface Transfers {
  /** Empty when no step moves data, and when nobody answers in time: the job itself is known. */
  Optional<RunningTransfer> of(JobRow job);
}
