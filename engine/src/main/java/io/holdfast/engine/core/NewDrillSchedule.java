package io.holdfast.engine.core;

import org.jspecify.annotations.Nullable;

/**
 * What a caller wants a drill schedule to be.
 *
 * @param plan by id or name
 * @param cron five fields; exactly one of it and {@code every} is given
 * @param every ISO 8601
 * @param timeZone IANA
 * @param catchUp ISO 8601
 * @param deadline ISO 8601
 */
public record NewDrillSchedule(
    String name,
    String plan,
    @Nullable String cron,
    @Nullable String every,
    String timeZone,
    String catchUp,
    String deadline) {}
