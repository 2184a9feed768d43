package io.holdfast.workflows.model;

import java.util.List;

/**
 * The disks of one instance in one moment.
 *
 * @param momentMillis so long after its host was asked the moment was, or a little later; negative
 *     of a view that was open before, and 0 from a worker that does not tell
 */
public record OpenedBackup(List<BackupDisk> disks, long momentMillis) {}
