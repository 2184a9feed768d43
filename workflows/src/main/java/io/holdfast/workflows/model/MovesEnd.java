package io.holdfast.workflows.model;

import java.util.List;

/**
 * The end of an evacuation's moves.
 *
 * @param going how many go on
 * @param asking a line for each that waits for a person and cannot be aborted
 * @param moved a line for each instance that is elsewhere now, and stays there
 */
public record MovesEnd(int going, List<String> asking, List<String> moved) {}
