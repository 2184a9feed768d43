package io.holdfast.workflows.model;

import java.util.List;
import java.util.UUID;

/**
 * A question to the people who look after a job: it is blocked, waits for an approval, or waits for
 * somebody who is away.
 *
 * @param id unique for ever; the decision names it
 * @param state BLOCKED, WAITING_FOR_APPROVAL, or RUNNING for a wait that ends by itself as well
 * @param actions what may be decided, besides a cancel
 */
public record JobHold(UUID id, JobState state, List<JobVerb> actions) {}
