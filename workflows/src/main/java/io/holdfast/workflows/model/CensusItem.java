package io.holdfast.workflows.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing on a host that carries our tag or one of our names.
 *
 * @param name as the host has it; of volumes, of a volume, of images and of a snapshot the owner's
 *     id, of a reservation its MAC, of a replica its {@link ReplicaName}
 * @param place pool, network, or empty
 * @param owner the instance, volume, image, network, snapshot or recovery point that it is of
 * @param job that made it, as its tag says
 * @param bytes of its files; 0 when it has none
 * @param detail power state of a domain, names of files, address of a reservation
 * @param cidr of a network, also of a reservation's
 */
public record CensusItem(
    CensusKind kind,
    String name,
    String place,
    UUID owner,
    @Nullable UUID job,
    long bytes,
    String detail,
    @Nullable String cidr) {}
