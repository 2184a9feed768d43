package io.holdfast.engine.core;

import io.holdfast.engine.db.ProtectionGroupView;
import io.holdfast.engine.db.ProtectionMemberView;
import java.time.Instant;
import java.util.List;

/** A protection group as it was read at a moment. */
public record ProtectionGroup(
    ProtectionGroupView view, List<ProtectionMemberView> members, Instant readAt) {}
