package io.holdfast.workflows.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All of ours on a host at one moment; some thousand items at most.
 *
 * @param digest of the items: equal for equal censuses
 * @param items empty when the digest is the one that was known
 * @param rooms of the host's pools; null: its worker is older and does not tell
 */
public record HostCensus(String digest, List<CensusItem> items, @Nullable List<PoolRoom> rooms) {}
