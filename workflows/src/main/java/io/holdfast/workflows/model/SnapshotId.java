package io.holdfast.workflows.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names a snapshot; its files on the host derive from it. */
public record SnapshotId(@JsonValue UUID value) {
  /** What a guest's memory is called among the disks of a snapshot that moves; none is. */
  public static final String MEMORY = "memory";

  /** No disk of an instance's own is called so. */
  private static final Pattern DISK =
      Pattern.compile("s(\\w{8})(\\w{4})(\\w{4})(\\w{4})(\\w{12})(\\w+)");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static SnapshotId of(String text) {
    return new SnapshotId(UUID.fromString(text));
  }

  /** What a disk of it is called among those of the instance that it moves with. */
  public String disk(String name) {
    return "s" + toString().replace("-", "") + name;
  }

  /** The snapshot's disk that is called so; empty for a disk of an instance's own. */
  public static Optional<OfDisk> ofDisk(String name) {
    Matcher parts = DISK.matcher(name);
    return parts.matches()
        ? Optional.of(new OfDisk(of(parts.replaceFirst("$1-$2-$3-$4-$5")), parts.group(6)))
        : Optional.empty();
  }

  /** {@code disk}: as in {@link DiskSpec#name()}. */
  public record OfDisk(SnapshotId snapshot, String disk) {}

  @Override
  public String toString() {
    return value.toString();
  }
}
