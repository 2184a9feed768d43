package io.holdfast.workflows.model;

import java.util.List;

/**
 * A run as it was pinned.
 *
 * @param run the job of the run
 * @param hosts at the recovery site on which something of it may be
 */
public record RunOrder(JobId run, List<RunTier> tiers, List<HostRef> hosts) {}
