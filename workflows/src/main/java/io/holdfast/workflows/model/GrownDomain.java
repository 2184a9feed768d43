package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * A domain that was given more while it ran.
 *
 * @param power as it is now; one that went off meanwhile has its new size at its next start
 * @param guestVcpus that the guest uses, as its agent says; null when no agent does
 * @param guestMemoryMiB the same, in whole blocks of the guest's
 */
public record GrownDomain(
    PowerState power, @Nullable Integer guestVcpus, @Nullable Integer guestMemoryMiB) {}
