package io.holdfast.workflows.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Names a host. It derives from the host's unique name, so that a host worker finds its queue from
 * its own configuration and nobody copies an id from the engine to a host.
 */
public record HostId(@JsonValue UUID value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static HostId of(String text) {
    return new HostId(UUID.fromString(text));
  }

  public static HostId ofName(String hostName) {
    return new HostId(
        UUID.nameUUIDFromBytes(("holdfast-host:" + hostName).getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
