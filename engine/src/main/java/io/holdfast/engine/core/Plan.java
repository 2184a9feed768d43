package io.holdfast.engine.core;

import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.errors.Problem;
import io.holdfast.engine.ledger.Forecast;
import io.holdfast.engine.placement.QuotaPlan;
import org.jspecify.annotations.Nullable;

/**
 * What a job would do if it were accepted now.
 *
 * @param job as it would be accepted; its id, and those that derive from it, are drawn anew then
 * @param quota null when the job asks for nothing that is limited
 * @param problem why it would be refused, or fail; null when nothing is known to be in its way
 */
public record Plan(
    JobRow job, Forecast forecast, @Nullable QuotaPlan quota, @Nullable Problem problem) {}
