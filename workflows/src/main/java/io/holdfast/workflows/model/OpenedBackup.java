package io.holdfast.workflows.model;

import java.util.List;

/**
 * The disks of one instance in one moment.
 *
 * @param windowMillis how long the guest's writes were held back, 0 when they were not
 */
public record OpenedBackup(List<BackupDisk> disks, long windowMillis) {}
