package io.holdfast.engine.db;

import java.time.Instant;

/**
 * Drills of a plan with one verdict.
 *
 * @param lastAt when the last of them ended
 * @param late so many of them were late
 */
public record DrillCount(String plan, RunVerdict verdict, long count, Instant lastAt, long late) {}
