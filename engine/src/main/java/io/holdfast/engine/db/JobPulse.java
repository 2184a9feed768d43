package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobState;
import java.util.UUID;

/** How often a job has changed, and whether it goes on. */
public record JobPulse(UUID id, JobState state, long revision) {}
