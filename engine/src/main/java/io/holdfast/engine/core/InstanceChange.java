package io.holdfast.engine.core;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants changed of an instance's definition.
 *
 * @param dropsLabels true to begin without the labels that are there
 * @param labels new values by key; empty takes the label away; a key that is not named stays
 * @param movesLease false to leave the lease as it is
 * @param leaseUntil null is for ever
 */
public record InstanceChange(
    boolean dropsLabels,
    Map<String, Optional<String>> labels,
    boolean movesLease,
    @Nullable Instant leaseUntil) {}
