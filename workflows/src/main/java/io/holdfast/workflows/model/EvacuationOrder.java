package io.holdfast.workflows.model;

import java.util.List;

/**
 * What is left to do of an evacuation.
 *
 * @param parallel how many moves at once, at least 1
 * @param moves instances with a place, in the order in which they begin
 * @param refused a line for each instance that has no place
 */
public record EvacuationOrder(
    HostRef host, int parallel, List<EvacuationMove> moves, List<String> refused) {}
