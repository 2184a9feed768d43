package io.holdfast.workflows.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/**
 * Names a recovery point; the checkpoint on the source and the replicas on the target derive from
 * it.
 */
public record RecoveryPointId(@JsonValue UUID value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static RecoveryPointId of(String text) {
    return new RecoveryPointId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
