package io.holdfast.config;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * All settings of the host worker.
 *
 * @param stateDirectory what the worker must remember over restarts; on the host's own disk
 * @param slots how many activities change the host at once; 6 unless told
 * @param streams for replication; a host without them keeps and sends no recovery points
 * @param migration a host without it takes no running instances
 * @param ownership what keeps an instance off that was recovered elsewhere
 * @param pools which of libvirt's storage pools other hosts reach, too
 * @param watchdog what resets the host once the ledger has not been heard of for a while
 */
public record HostWorkerSettings(
    @Valid @NotNull HostSettings host,
    @Valid @NotNull LibvirtSettings libvirt,
    @Valid @NotNull TemporalSettings temporal,
    @NotNull @Size(min = 1) String stateDirectory,
    @Valid @NotNull EncryptionSettings encryption,
    @Min(1) @Max(64) Integer slots,
    @Valid @Nullable StreamSettings streams,
    @Valid @Nullable MigrationSettings migration,
    @Valid @NotNull OwnershipSettings ownership,
    @Valid @NotNull PoolSettings pools,
    @Valid @NotNull WatchdogSettings watchdog) {
  public HostWorkerSettings {
    libvirt =
        libvirt == null
            ? new LibvirtSettings("qemu:///system", LibvirtSettings.DomainType.AUTO)
            : libvirt;
    stateDirectory = stateDirectory == null ? "/var/lib/holdfast/hosts" : stateDirectory;
    encryption = encryption == null ? EncryptionSettings.DEFAULT : encryption;
    slots = slots == null ? 6 : slots;
    streams = streams == null || "".equals(streams.address()) ? null : streams;
    migration = migration == null || "".equals(migration.libvirtUri()) ? null : migration;
    ownership = ownership == null ? OwnershipSettings.DEFAULT : ownership;
    pools = pools == null ? PoolSettings.NONE_SHARED : pools;
    watchdog = watchdog == null ? WatchdogSettings.NONE : watchdog;
  }
}
