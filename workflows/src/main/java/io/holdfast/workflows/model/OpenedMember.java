package io.holdfast.workflows.model;

/** The disks that an instance of a round turned out to have. */
public record OpenedMember(BackupOrder order, OpenedBackup backup) {}
