package io.holdfast.workflows.properties;

import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.StepUpdate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What jobs have said of their steps last, as the ledger keeps it. */
final class StepStates {
  private final Map<JobId, Map<String, StepState>> jobs = new ConcurrentHashMap<>();

  void clear() {
    jobs.clear();
  }

  void hear(JobId job, List<StepUpdate> updates) {
    jobs.merge(
        job,
        states(updates),
        (before, now) -> {
          Map<String, StepState> all = new LinkedHashMap<>(before);
          now.forEach(
              (step, state) ->
                  all.merge(step, state, (old, last) -> last == StepState.SKIPPED ? old : last));
          return all;
        });
  }

  private static Map<String, StepState> states(List<StepUpdate> updates) {
    Map<String, StepState> states = new LinkedHashMap<>();
    updates.forEach(update -> states.put(update.step(), update.state()));
    return states;
  }

  /** Those that a run which follows a lost one is told of. */
  List<String> begun(JobId job) {
    return jobs.getOrDefault(job, Map.of()).entrySet().stream()
        .filter(step -> step.getValue() != StepState.SKIPPED)
        .filter(step -> step.getValue() != StepState.UNDONE)
        .map(Map.Entry::getKey)
        .toList();
  }
}
