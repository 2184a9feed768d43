package io.holdfast.workflows.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run as it was pinned.
 *
 * @param run the job of the run
 * @param hosts at the recovery site on which something of it may be
 * @param deadline when it gives up; null: never
 */
public record RunOrder(
    JobId run, List<RunTier> tiers, List<HostRef> hosts, @Nullable Instant deadline) {}
