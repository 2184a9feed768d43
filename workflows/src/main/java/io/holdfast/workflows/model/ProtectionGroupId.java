package io.holdfast.workflows.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a protection group. */
public record ProtectionGroupId(@JsonValue UUID value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static ProtectionGroupId of(String text) {
    return new ProtectionGroupId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
