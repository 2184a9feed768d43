package io.holdfast.engine.db;

import org.jspecify.annotations.Nullable;

/**
 * How far a protection group lies behind.
 *
 * @param rpoMillis what was promised
 * @param missedRounds that fell due while the last one still ran
 * @param rpoViolation as it was last told; null while the promise is kept
 * @param lagSeconds since the moment that the newest available recovery point with the instance
 *     shows that lies furthest behind; before one, since that came to be protected
 */
public record ProtectionLag(
    String name,
    long rpoMillis,
    long missedRounds,
    @Nullable RpoViolation rpoViolation,
    double lagSeconds) {}
