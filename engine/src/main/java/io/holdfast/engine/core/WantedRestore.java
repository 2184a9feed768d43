package io.holdfast.engine.core;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants of an instance that is made from a recovery point; instance, site, host,
 * flavor and networks are ids or names. What is null is as it was when the point was taken.
 *
 * @param instance of the point's; null when it has one only
 */
public record WantedRestore(
    String name,
    @Nullable String instance,
    @Nullable String site,
    @Nullable String host,
    @Nullable String flavor,
    @Nullable Integer vcpus,
    @Nullable Integer memoryMiB,
    @Nullable List<String> networks,
    List<String> sshKeys,
    @Nullable String userData,
    Map<String, String> labels,
    @Nullable String antiAffinity,
    @Nullable Instant leaseUntil,
    @Nullable Integer guestTimeoutSeconds) {}
