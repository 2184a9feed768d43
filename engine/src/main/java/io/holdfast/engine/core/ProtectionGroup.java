package io.holdfast.engine.core;

import io.holdfast.engine.db.ProtectionGroupView;
import io.holdfast.engine.db.ProtectionMemberRow;
import java.time.Instant;
import java.util.List;

/** A protection group as it was read at a moment. */
public record ProtectionGroup(
    ProtectionGroupView view, List<ProtectionMemberRow> members, Instant readAt) {}
