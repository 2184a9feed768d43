package io.holdfast.workflows.model;

import java.util.List;

/** The disks of an old copy, as its host has them. */
public record OldDisks(InstanceId source, List<FrozenDisk> disks) {}
