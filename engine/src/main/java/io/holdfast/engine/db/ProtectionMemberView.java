package io.holdfast.engine.db;

import java.time.Instant;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a protection group with what the API says of it besides.
 *
 * @param restorableAt the moment that the newest AVAILABLE point with it shows, or null
 * @param since that moment; before one, the moment in which it came to be protected
 * @param recovered true when another instance has taken over from it
 */
public record ProtectionMemberView(
    @Nested ProtectionMemberRow member,
    @Nullable Instant restorableAt,
    Instant since,
    boolean recovered) {}
