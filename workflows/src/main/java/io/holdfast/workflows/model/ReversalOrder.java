package io.holdfast.workflows.model;

import java.util.List;

/**
 * A turn of direction as it was pinned.
 *
 * @param groups whose direction is turned
 * @param copies at the old site, one for each instance
 */
public record ReversalOrder(List<ProtectionGroupId> groups, List<OldCopy> copies) {}
