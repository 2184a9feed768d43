package io.holdfast.workflows.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a snapshot; its files on the host derive from it. */
public record SnapshotId(@JsonValue UUID value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static SnapshotId of(String text) {
    return new SnapshotId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
