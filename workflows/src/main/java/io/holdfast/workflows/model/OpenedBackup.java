package io.holdfast.workflows.model;

import java.util.List;

/** The disks of one instance in one moment. */
public record OpenedBackup(List<BackupDisk> disks) {}
