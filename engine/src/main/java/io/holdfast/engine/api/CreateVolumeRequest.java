package io.holdfast.engine.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A new volume. Where it goes is said by site or host, or by an instance that is to get it.
 *
 * @param site name or id of the site that it must be at; null for any
 * @param host name or id of the host that it must be on; null for any
 * @param instance name or id of an instance on whose host it must be; null for any. When its disks
 *     lie in a pool that several hosts share, the volume is made there, to move with them
 * @param pool name of the storage pool that it must lie in; null for the best
 */
public record CreateVolumeRequest(
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String name,
    @NotNull @Min(1) @Max(Limits.MAX_DISK_GIB) Integer sizeGiB,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String site,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String host,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String instance,
    @Nullable @Size(min = 1, max = Limits.MAX_LABEL) String pool,
    @Size(max = 64)
        Map<
                @Pattern(
                    regexp = "[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?",
                    message = "must have a key of letters, digits, '.', '_', '/', '-', at most 63")
                String,
                @NotNull @Size(max = 255) String>
            labels) {
  public CreateVolumeRequest {
    labels = labels == null ? Map.of() : labels;
  }
}
