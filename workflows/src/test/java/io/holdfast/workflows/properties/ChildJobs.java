package io.holdfast.workflows.properties;

import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Jobs that the job of a run waits for, and how each ended. */
final class ChildJobs {
  private final Map<JobId, Optional<JobOutcome>> ends = new ConcurrentHashMap<>();
  private final Set<JobId> withRow = ConcurrentHashMap.newKeySet();
  private final Map<JobId, JobHold> holds = new ConcurrentHashMap<>();

  private final AtomicLong generation = new AtomicLong();

  /** Higher than all before, also for what several kinds of runs work on. */
  long nextGeneration() {
    return generation.incrementAndGet();
  }

  void clear() {
    ends.clear();
    withRow.clear();
    holds.clear();
  }

  /** What a job asks now; null: it goes on. */
  void hold(JobId job, @Nullable JobHold hold) {
    if (hold == null) {
      holds.remove(job);
    } else {
      holds.put(job, hold);
    }
  }

  /** The question of a job that is blocked. */
  Optional<JobHold> asks(JobId job) {
    return Optional.ofNullable(holds.get(job))
        .filter(hold -> hold.state() == JobState.BLOCKED && end(job).isEmpty());
  }

  /** One that is there is kept. */
  void begin(JobId job) {
    ends.putIfAbsent(job, Optional.empty());
  }

  /** As {@link #begin}, of one that an instance's row came with. */
  void beginWithRow(JobId job) {
    begin(job);
    withRow.add(job);
  }

  boolean has(JobId job) {
    return ends.containsKey(job);
  }

  /** Empty while it goes on, and for one that is not there. */
  Optional<JobOutcome> end(JobId job) {
    return ends.getOrDefault(job, Optional.empty());
  }

  /** One that has not ended. */
  Optional<JobId> open() {
    return ends.entrySet().stream()
        .filter(child -> child.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The first end counts. True when the row goes that came with it. */
  boolean end(JobId job, JobOutcome outcome) {
    boolean first = end(job).isEmpty();
    if (first) {
      ends.put(job, Optional.of(outcome));
    }
    return first && outcome.undone() && withRow.contains(job);
  }

  void succeed(JobId job) {
    ends.put(job, Optional.of(JobOutcome.of(JobState.SUCCEEDED, null, false, List.of())));
  }
}
