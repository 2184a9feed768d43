package io.holdfast.workflows.model;

/**
 * A volume as its host needs to know it.
 *
 * @param job that made the volume, or that changes it now; the file is tagged with the first
 * @param pool libvirt storage pool that holds the file
 */
public record VolumeSpec(VolumeId id, JobId job, String pool, long sizeBytes) {}
