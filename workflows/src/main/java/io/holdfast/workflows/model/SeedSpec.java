package io.holdfast.workflows.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the guest reads at first boot: a NoCloud seed (cloud-init's data source of that name).
 *
 * @param userData passed as it is, or null for a cloud-config with the ssh keys
 */
public record SeedSpec(String hostname, List<String> sshKeys, @Nullable String userData) {}
