package io.holdfast.workflows.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names a volume; its file and its serial in a guest derive from it. */
public record VolumeId(@JsonValue UUID value) {
  private static final int SERIAL_LENGTH = 20;

  /** No disk of an instance's own is called so. */
  private static final Pattern DISK = Pattern.compile("v(\\w{8})(\\w{4})(\\w{4})(\\w{4})(\\w{12})");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static VolumeId of(String text) {
    return new VolumeId(UUID.fromString(text));
  }

  /** What a guest reads of the disk: the id as far as virtio carries it. */
  public String serial() {
    return toString().substring(0, SERIAL_LENGTH);
  }

  /** What its disk is called among those of an instance that it moves with. */
  public String disk() {
    return "v" + toString().replace("-", "");
  }

  /** The volume whose disk is called so; empty for a disk of an instance's own. */
  public static Optional<VolumeId> ofDisk(String name) {
    Matcher parts = DISK.matcher(name);
    return parts.matches()
        ? Optional.of(of(parts.replaceFirst("$1-$2-$3-$4-$5")))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
