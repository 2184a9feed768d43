package io.holdfast.workflows.saga;

import io.temporal.workflow.Functions.Func;

/**
 * Says that a person may skip the step, and what the runbook goes on with then.
 *
 * @param instead gives the step's result when it was skipped
 */
public record Skip<T>(Func<T> instead) {}
