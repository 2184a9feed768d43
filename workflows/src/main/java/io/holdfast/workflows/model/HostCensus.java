package io.holdfast.workflows.model;

import java.util.List;

/**
 * All of ours on a host at one moment; some thousand items at most.
 *
 * @param digest of the items: equal for equal censuses
 * @param items empty when the digest is the one that was known
 */
public record HostCensus(String digest, List<CensusItem> items) {}
