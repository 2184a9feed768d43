package io.holdfast.engine.db;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an instance of a plan gets at the recovery site, whatever it has at the protected one.
 *
 * @param vcpus null: as many as it has there
 * @param memoryMiB the same
 * @param before what it had before at the recovery site; null unless the direction was turned
 */
public record RecoveryResources(
    @Nullable Integer vcpus, @Nullable Integer memoryMiB, @Nullable NamedSize before) {

  /** The size that is made of an instance of this one. A flavor's name stays with its numbers. */
  public static NamedSize of(@Nullable RecoveryResources wanted, NamedSize was) {
    return wanted == null ? was : wanted.of(was);
  }

  private NamedSize of(NamedSize was) {
    NamedSize numbers =
        new NamedSize(
            null,
            Optional.ofNullable(vcpus).orElse(was.vcpus()),
            Optional.ofNullable(memoryMiB).orElse(was.memoryMiB()));
    if (numbers.size().equals(was.size())) {
      return was;
    }
    return before != null && numbers.size().equals(before.size()) ? before : numbers;
  }

  /**
   * Of the other direction: the instance gets back what it has where it is recovered from now.
   * Numbers of which the plan says nothing go with the instance, as before.
   */
  public RecoveryResources turned(NamedSize there) {
    return new RecoveryResources(
        vcpus == null ? null : (Integer) there.vcpus(),
        memoryMiB == null ? null : (Integer) there.memoryMiB(),
        there);
  }
}
