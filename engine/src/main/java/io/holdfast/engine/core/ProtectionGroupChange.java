package io.holdfast.engine.core;

import io.holdfast.engine.db.Retention;
import io.holdfast.workflows.model.Consistency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a caller wants changed of a protection group; null stays as it is. */
public record ProtectionGroupChange(
    @Nullable List<String> instances,
    @Nullable String rpo,
    @Nullable Retention retention,
    @Nullable Consistency consistency) {}
