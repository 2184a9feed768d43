package io.holdfast.workflows.model;

/**
 * One disk of an instance; the first is the root disk and starts as the image.
 *
 * @param name "root", "disk1", "disk2" ...: part of the volume's file name
 * @param device the guest's device: "vda", "vdb" ...
 */
public record DiskSpec(String name, String device, long sizeBytes) {}
