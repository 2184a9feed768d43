package io.holdfast.engine.core;

import io.holdfast.engine.db.Retention;
import io.holdfast.workflows.model.Consistency;
import java.util.List;

/**
 * What a caller wants of a new protection group; site and instances are ids or names.
 *
 * @param rpo ISO 8601
 */
public record NewProtectionGroup(
    String name,
    List<String> instances,
    String targetSite,
    String rpo,
    Retention retention,
    Consistency consistency) {}
