package io.holdfast.activities.volume;

import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.VolumeId;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of volume files; the only place that spells them. */
public final class VolumeNames {
  private static final String ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";

  /** Part of the names of overlays. */
  public static final String OVERLAY = ".overlay";

  private static final String SUFFIX = "\\.qcow2$";
  private static final String FILE = "(?:\\.overlay(\\d+))?\\.qcow2";
  private static final Pattern OWN = Pattern.compile(ID + "-(\\w+)" + FILE);
  private static final Pattern VOLUME = Pattern.compile(ID + FILE);

  private VolumeNames() {}

  /** {@code <instance>-<disk>.qcow2}. */
  public static Path disk(Path folder, InstanceId instance, DiskSpec disk) {
    return disk(folder, instance, disk.name());
  }

  /**
   * {@code <instance>-<disk>.qcow2}; {@code disk} is its name. That of a volume which moves with
   * the instance is the volume, see {@link VolumeId#disk}; that of a snapshot's disk {@code
   * snapshot-<snapshot>-<instance>-<disk>.qcow2}, see {@link SnapshotId#disk}.
   */
  public static Path disk(Path folder, InstanceId instance, String disk) {
    return folder.resolve(stem(instance, disk) + ".qcow2");
  }

  /**
   * {@code <instance>-<disk>.overlay<number>.qcow2}, or {@code <volume>.overlay<number>.qcow2}:
   * what lies over a disk while it is copied to another host. Numbers begin at 1.
   */
  public static Path overlay(Path folder, InstanceId instance, String disk, int number) {
    return folder.resolve("%s.overlay%d.qcow2".formatted(stem(instance, disk), number));
  }

  /** Also of one that is half made. */
  public static boolean isOverlay(Path file) {
    return name(file).contains(OVERLAY);
  }

  /** The first overlay that lies, or would lie, over this disk. */
  static Path firstOverlay(Path disk) {
    return disk.resolveSibling(name(disk).replaceAll(SUFFIX, OVERLAY + 1 + "$0"));
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static String stem(InstanceId instance, String disk) {
    return VolumeId.ofDisk(disk)
        .map(VolumeId::toString)
        .or(() -> SnapshotId.ofDisk(disk).map(of -> ofSnapshot(instance, of)))
        .orElse(instance + "-" + disk);
  }

  /** A snapshot's name comes first: what begins with the instance's goes with the instance. */
  private static String ofSnapshot(InstanceId instance, SnapshotId.OfDisk of) {
    return "snapshot-%s-%s-%s".formatted(of.snapshot(), instance, of.disk());
  }

  /** A guest's memory in a snapshot, as libvirt writes it. */
  public static Path memory(Path folder, InstanceId instance, SnapshotId snapshot) {
    SnapshotId.OfDisk memory = new SnapshotId.OfDisk(snapshot, SnapshotId.MEMORY);
    return folder.resolve(ofSnapshot(instance, memory) + ".save");
  }

  /** As {@link #parse}; also a volume, which moves with the instance whose domain has it. */
  public static Optional<Own> parseMoving(String file, InstanceId instance) {
    Matcher volume = VOLUME.matcher(file);
    return volume.matches()
        ? Optional.of(
            new Own(instance, VolumeId.of(volume.group(1)).disk(), number(volume.group(2))))
        : parse(file).filter(own -> own.instance().equals(instance));
  }

  /** The disk, or the overlay, of an instance that a file's name tells; empty for other files. */
  public static Optional<Own> parse(String file) {
    Matcher parts = OWN.matcher(file);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Own(InstanceId.of(parts.group(1)), parts.group(2), number(parts.group(3))));
  }

  private static int number(@Nullable String overlay) {
    return overlay == null ? 0 : Integer.parseInt(overlay);
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
   * A file of an instance, or of a volume that it has.
   *
   * @param disk as in {@link DiskSpec#name()}
   * @param overlay its number; 0 for the disk itself
   */
  public record Own(InstanceId instance, String disk, int overlay) {}
}
