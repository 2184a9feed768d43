package io.holdfast.engine.protection;

import io.holdfast.workflows.model.BackupDisk;
import io.holdfast.workflows.model.ChangeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds for each disk of an instance what its new replica starts from, and says why. */
public final class BasePlanner {
  private static final int MIB = 20;

  private BasePlanner() {}

  /**
   * The point that the instance's backup was opened against.
   *
   * @param number of the point
   * @param disks that it has of the instance, by name
   */
  public record Base(long number, Map<String, Disk> disks) {
    /** One of them; {@code root}: of its replica, in hex. */
    public record Disk(long bytes, String root) {}
  }

  /** {@code root}: of the base's replica; null when the disk has no base. */
  public record Choice(
      String disk, long bytes, ChangeSource change, @Nullable String root, String reason) {}

  /** {@code notes}: what is unusual about the instance as a whole. */
  public record Plan(List<Choice> choices, List<String> notes) {}

  public static Plan plan(List<BackupDisk> disks, Optional<Base> base) {
    List<Choice> choices = disks.stream().map(disk -> choose(disk, base)).toList();
    TreeSet<String> gone = new TreeSet<>(base.map(b -> b.disks().keySet()).orElse(Set.of()));
    gone.removeAll(disks.stream().map(BackupDisk::name).collect(Collectors.toSet()));
    return new Plan(
        choices,
        gone.stream().map(name -> "disk " + name + " was removed since the last point").toList());
  }

  private static Choice choose(BackupDisk disk, Optional<Base> found) {
    if (found.isEmpty()) {
      return full(disk, "no earlier point at the target");
    }
    Base base = found.get();
    Base.Disk before = base.disks().get(disk.name());
    if (before == null) {
      return full(disk, "new disk: point %d has none of this name".formatted(base.number()));
    }
    if (before.bytes() != disk.bytes()) {
      return full(
          disk,
          "size changed since point %d: %d MiB, now %d MiB"
              .formatted(base.number(), before.bytes() >> MIB, disk.bytes() >> MIB));
    }
    if (disk.change() == ChangeSource.FULL) {
      return full(disk, disk.reason());
    }
    return new Choice(
        disk.name(),
        disk.bytes(),
        disk.change(),
        before.root(),
        "since point %d: %s".formatted(base.number(), disk.reason()));
  }

  private static Choice full(BackupDisk disk, String reason) {
    return new Choice(disk.name(), disk.bytes(), ChangeSource.FULL, null, reason);
  }
}
