package io.holdfast.workflows.model;

import io.holdfast.workflows.failure.FailureType;
import java.util.List;

/**
 * Why a job or step failed: the first cause, not the last symptom.
 *
 * @param causes further lines from the outside in: refusals by host, the library's own words
 */
public record JobFailure(FailureType type, String message, List<String> causes) {}
