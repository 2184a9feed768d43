package io.holdfast.config;

import jakarta.validation.constraints.NotBlank;
import java.util.List;

/**
 * Storage pools of this host.
 *
 * @param shared names of those whose folder lies beside the folders of other hosts, on storage that
 *     all of them mount
 */
public record PoolSettings(List<@NotBlank String> shared) {
  /** This host reaches no storage of others. */
  public static final PoolSettings NONE_SHARED = new PoolSettings(List.of());

  public PoolSettings {
    shared = shared == null ? List.of() : List.copyOf(shared);
  }
}
