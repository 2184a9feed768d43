package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;

/** For how many seconds an open job of a kind and state has come no further. */
public record QuietJob(JobKind kind, JobState state, double seconds) {}
