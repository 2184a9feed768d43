package io.holdfast.engine.api;

import io.holdfast.workflows.model.JobPolicy;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A new instance. Its size is a flavor, or vcpus with memoryMiB; disks beside a flavor replace the
 * flavor's. With neither flavor nor disks the root disk is as large as the image, in whole GiB.
 *
 * @param site name or id of the site that it must be at; null for any
 * @param host name or id of the host that it must be on; null for any
 * @param pool name of the storage pool that its disks must lie in; null for the best. A pool that
 *     several hosts share is taken unasked only where no other has room
 * @param image name or id
 * @param maxVcpus to how many it may grow while it runs; four times as many unless told
 * @param maxMemoryMiB the same for memory; as memoryMiB unless told, four times that from 4 GiB on
 * @param networks names or ids, one nic each, in this order
 * @param userData cloud-init user data of at most 64 KiB; null makes one of the sshKeys
 * @param antiAffinity a group: instances of one group never share a host
 * @param leaseUntil when it is deleted, RFC 3339, in the future; null is never
 * @param guestTimeoutSeconds how long the guest may take to answer; 300 unless told
 * @param onFailure PAUSE: a step that fails blocks the job until a person decides; null as the
 *     query says, else ROLLBACK
 */
public record CreateInstanceRequest(
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String name,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String site,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String host,
    @Nullable @Size(min = 1, max = Limits.MAX_LABEL) String pool,
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String image,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String flavor,
    @Nullable @Min(1) @Max(Limits.MAX_VCPUS) Integer vcpus,
    @Nullable @Min(Limits.MIN_MEMORY_MIB) @Max(Limits.MAX_MEMORY_MIB) Integer memoryMiB,
    @Nullable @Min(1) @Max(Limits.MAX_VCPUS) Integer maxVcpus,
    @Nullable @Min(Limits.MIN_MEMORY_MIB) @Max(Limits.MAX_MEMORY_MIB) Integer maxMemoryMiB,
    @Size(max = 16) List<@NotNull @Valid DiskRequest> disks,
    @Size(max = 8)
        List<@NotNull @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String>
            networks,
    @Size(max = 32)
        List<
                @NotBlank @Size(max = 8192)
                @Pattern(regexp = "[^\\r\\n]*", message = "must be one line") String>
            sshKeys,
    @Nullable @MaxBytes(65_536) String userData,
    @Size(max = Limits.MAX_LABELS)
        Map<
                @Pattern(regexp = Limits.LABEL, message = Limits.LABEL_MESSAGE) String,
                @NotNull @Size(max = Limits.MAX_LABEL) String>
            labels,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String antiAffinity,
    @Nullable Instant leaseUntil,
    @Min(10) @Max(86_400) Integer guestTimeoutSeconds,
    JobPolicy.@Nullable OnFailure onFailure) {
  private static final int GUEST_TIMEOUT_SECONDS = 300;

  public CreateInstanceRequest {
    disks = disks == null ? List.of() : disks;
    networks = networks == null ? List.of() : networks;
    sshKeys = sshKeys == null ? List.of() : sshKeys;
    labels = labels == null ? Map.of() : labels;
    guestTimeoutSeconds = guestTimeoutSeconds == null ? GUEST_TIMEOUT_SECONDS : guestTimeoutSeconds;
  }
}
