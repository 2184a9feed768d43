package io.holdfast.workflows.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a network definition. */
public record NetworkId(@JsonValue UUID value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static NetworkId of(String text) {
    return new NetworkId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
