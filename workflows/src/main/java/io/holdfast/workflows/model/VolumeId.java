package io.holdfast.workflows.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a volume; its file and its serial in a guest derive from it. */
public record VolumeId(@JsonValue UUID value) {
  private static final int SERIAL_LENGTH = 20;

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static VolumeId of(String text) {
    return new VolumeId(UUID.fromString(text));
  }

  /** What a guest reads of the disk: the id as far as virtio carries it. */
  public String serial() {
    return toString().substring(0, SERIAL_LENGTH);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
