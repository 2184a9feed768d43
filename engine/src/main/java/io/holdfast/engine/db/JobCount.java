package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;

/** How many jobs of a kind are in a state. */
public record JobCount(JobKind kind, JobState state, long count) {}
