package io.holdfast.workflows.model;

/**
 * A disk as a backup shows it.
 *
 * @param name as in {@link DiskSpec}
 * @param bytes of the disk that the guest sees
 * @param reason why {@code change} is what it is, for people
 */
public record BackupDisk(String name, long bytes, ChangeSource change, String reason) {}
