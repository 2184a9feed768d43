package io.holdfast.engine.api;

import io.holdfast.engine.core.WantedRestore;
import io.holdfast.workflows.model.JobPolicy;
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
 * A new instance whose disks are those of a recovery point or a snapshot. What is left out is as it
 * was when that was taken; the disks are as large as they were then.
 *
 * @param instance name or id of one of the point's instances; may be left out when it has one only,
 *     as a snapshot does
 * @param site name or id; null is the one where the replicas or the snapshot are, the only one for
 *     a snapshot
 * @param host name or id; null is the one where the replicas or the snapshot are, the only one for
 *     a snapshot; replicas are brought to any other one
 * @param flavor name or id of the one that gives vcpus and memoryMiB
 * @param networks names or ids, one nic each, in this order; null for those that the instance had
 * @param userData cloud-init user data of at most 64 KiB; what the instance had is not run again
 * @param antiAffinity a group: instances of one group never share a host
 * @param leaseUntil when it is deleted, RFC 3339, in the future; null is never
 * @param guestTimeoutSeconds how long the guest may take to answer
 * @param onFailure PAUSE: a step that fails blocks the job until a person decides; null as the
 *     query says, else ROLLBACK
 */
public record RestoreRequest(
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String name,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String instance,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String site,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String host,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String flavor,
    @Nullable @Min(1) @Max(Limits.MAX_VCPUS) Integer vcpus,
    @Nullable @Min(Limits.MIN_MEMORY_MIB) @Max(Limits.MAX_MEMORY_MIB) Integer memoryMiB,
    @Nullable @Size(max = 8)
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
    @Nullable @Min(10) @Max(86_400) Integer guestTimeoutSeconds,
    JobPolicy.@Nullable OnFailure onFailure) {

  public RestoreRequest {
    sshKeys = sshKeys == null ? List.of() : sshKeys;
    labels = labels == null ? Map.of() : labels;
  }

  /** The same, for the core. */
  public WantedRestore wanted() {
    return new WantedRestore(
        name,
        instance,
        site,
        host,
        flavor,
        vcpus,
        memoryMiB,
        networks,
        sshKeys,
        userData,
        labels,
        antiAffinity,
        leaseUntil,
        guestTimeoutSeconds);
  }
}
