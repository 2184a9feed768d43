package io.holdfast.engine.placement;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A project's limits, what it uses, and what it would use after a change. */
public record QuotaPlan(String project, Item vcpus, Item memoryMiB, Item diskGiB, Item instances) {
  /**
   * One limit.
   *
   * @param limit null is none
   */
  public record Item(@Nullable Long limit, long used, long after) {
    /** A change that asks for nothing more is never too much. */
    boolean isExceeded() {
      return limit != null && after > limit && after > used;
    }

    private String words(String name) {
      return "%s: limit %d, used %d, after %d".formatted(name, limit, used, after);
    }
  }

  /** One line for each limit that the change would exceed; none when it may go on. */
  public List<String> excess() {
    return List.of(
            new Named("vcpus", vcpus),
            new Named("memoryMiB", memoryMiB),
            new Named("diskGiB", diskGiB),
            new Named("instances", instances))
        .stream()
        .filter(named -> named.item().isExceeded())
        .map(named -> named.item().words(named.name()))
        .toList();
  }

  private record Named(String name, Item item) {}
}
