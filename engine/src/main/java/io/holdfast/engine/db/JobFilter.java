package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which jobs to list; null is any. */
public record JobFilter(
    @Nullable JobState state,
    @Nullable JobKind kind,
    @Nullable UUID targetId,
    @Nullable String targetName,
    @Nullable Instant since) {
  public static final JobFilter ANY = new JobFilter(null, null, null, null, null);
}
