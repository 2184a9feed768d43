package io.holdfast.engine.core;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants of a new instance; site, host, image, flavor and networks are ids or names.
 *
 * @param pool name of the only pool that will do, or null
 * @param maxVcpus how far it may grow while it runs; null for what costs it nothing
 * @param maxMemoryMiB the same
 * @param diskGiB one size a disk, the first being the root disk's; empty for the flavor's, or for a
 *     root disk that just holds the image
 */
public record NewInstance(
    String name,
    @Nullable String site,
    @Nullable String host,
    @Nullable String pool,
    String image,
    @Nullable String flavor,
    @Nullable Integer vcpus,
    @Nullable Integer memoryMiB,
    @Nullable Integer maxVcpus,
    @Nullable Integer maxMemoryMiB,
    List<Integer> diskGiB,
    List<String> networks,
    List<String> sshKeys,
    @Nullable String userData,
    Map<String, String> labels,
    @Nullable String antiAffinity,
    @Nullable Instant leaseUntil,
    int guestTimeoutSeconds) {}
