package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which entries; null is all of them. Since is part of the span, until is not. */
public record AuditFilter(
    @Nullable String caller,
    @Nullable UUID targetId,
    @Nullable String targetName,
    AuditRow.@Nullable Outcome outcome,
    @Nullable Instant since,
    @Nullable Instant until) {}
