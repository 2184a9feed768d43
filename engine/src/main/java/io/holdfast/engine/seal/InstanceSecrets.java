package io.holdfast.engine.seal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a guest is told in confidence; in clear only on its way.
 *
 * @param userData passed to the guest as it is, or null
 */
public record InstanceSecrets(List<String> sshKeys, @Nullable String userData) {
  static final InstanceSecrets NONE = new InstanceSecrets(List.of(), null);

  public InstanceSecrets {
    sshKeys = sshKeys == null ? List.of() : List.copyOf(sshKeys);
  }

  /** Never shows them. */
  @Override
  public String toString() {
    return "InstanceSecrets[...]";
  }
}
