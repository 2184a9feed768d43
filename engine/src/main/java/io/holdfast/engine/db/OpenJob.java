package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import java.util.UUID;

/** A job that works on something, as its target or beside it. */
public record OpenJob(UUID targetId, UUID id, JobKind kind, JobState state) {
  /** For people: what it is, and whether it waits for somebody. */
  public String words() {
    return "job %s (%s, %s) works on".formatted(id, kind, state);
  }
}
