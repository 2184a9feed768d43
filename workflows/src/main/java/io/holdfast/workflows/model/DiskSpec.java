package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * One disk of an instance; the first is the root disk and starts as the image.
 *
 * @param name "root", "disk1", "disk2" ...: part of the volume's file name
 * @param device the guest's device: "vda", "vdb" ...
 * @param serial that a guest finds it by, when it started as a volume; or null
 */
public record DiskSpec(String name, String device, long sizeBytes, @Nullable String serial) {
  private static final int LETTERS = 26;

  public DiskSpec(String name, String device, long sizeBytes) {
    this(name, device, sizeBytes, null);
  }

  /** Of the disk at this position, which begins at 0. */
  public static String device(int position) {
    String last = String.valueOf((char) ('a' + position % LETTERS));
    return position < LETTERS ? "vd" + last : "vd" + (char) ('a' + position / LETTERS - 1) + last;
  }
}
