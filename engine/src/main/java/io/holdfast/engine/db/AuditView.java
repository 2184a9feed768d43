package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobState;
import java.time.Instant;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/** An entry with what has become of its job, also of one that was removed since. */
public record AuditView(
    @Nested AuditRow entry,
    @Nullable JobState jobState,
    @Json @Nullable JobFailure jobError,
    @Nullable Instant jobEndedAt) {}
