package io.holdfast.activities.volume;

import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of volume files; the only place that spells them. */
public final class VolumeNames {
  private static final Pattern OWN =
      Pattern.compile(
          "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(\\w+)(?:\\.overlay(\\d+))?\\.qcow2");

  private VolumeNames() {}

  /** {@code <instance>-<disk>.qcow2}. */
  public static Path disk(Path folder, InstanceId instance, DiskSpec disk) {
    return disk(folder, instance, disk.name());
  }

  /** {@code <instance>-<disk>.qcow2}; {@code disk} is its name. */
  public static Path disk(Path folder, InstanceId instance, String disk) {
    return folder.resolve(instance + "-" + disk + ".qcow2");
  }

  /**
   * {@code <instance>-<disk>.overlay<number>.qcow2}: what lies over a disk while it is copied to
   * another host. Numbers begin at 1.
   */
  public static Path overlay(Path folder, InstanceId instance, String disk, int number) {
    return folder.resolve("%s-%s.overlay%d.qcow2".formatted(instance, disk, number));
  }

  /** The disk, or the overlay, of an instance that a file's name tells; empty for other files. */
  public static Optional<Own> parse(String file) {
    Matcher parts = OWN.matcher(file);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String overlay = parts.group(3);
    return Optional.of(
        new Own(
            InstanceId.of(parts.group(1)),
            parts.group(2),
            overlay == null ? 0 : Integer.parseInt(overlay)));
  }

  /** {@code <volume>.qcow2}, of a volume that lives by itself. */
  public static Path volume(Path folder, VolumeId volume) {
    return folder.resolve(volume + ".qcow2");
  }

  /** {@code <instance>-seed.iso}. */
  public static Path seed(Path folder, InstanceId instance) {
    return folder.resolve(instance + "-seed.iso");
  }

  /**
   * A file of an instance.
   *
   * @param disk as in {@link DiskSpec#name()}
   * @param overlay its number; 0 for the disk itself
   */
  public record Own(InstanceId instance, String disk, int overlay) {}
}
