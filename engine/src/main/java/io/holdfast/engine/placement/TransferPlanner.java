package io.holdfast.engine.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a move has to bring to its target, as far as that is known beforehand. */
public final class TransferPlanner {
  private TransferPlanner() {}

  /** What becomes of the guest. */
  public enum Guest {
    RUNS_ON,
    /** For as long as it is copied. */
    IS_SHUT_DOWN,
    IS_OFF
  }

  /**
   * What lies at the source, and goes along.
   *
   * @param what "disk root", "volume data"
   * @param bytes its full size; of a snapshot what its files take
   * @param compared true when a replica of it lies at the target
   */
  public record Part(String what, long bytes, boolean compared) {}

  /** What a copy keeps to. {@code by}: whose limit it is, in words. */
  public record Limit(String by, long bytesPerSecond) {}

  /**
   * What is asked.
   *
   * @param emulated true for a guest that stands still while its memory goes
   * @param shared true when the disks lie on the target's storage already
   */
  public record Question(
      Guest guest,
      boolean emulated,
      long memoryBytes,
      int maxDowntimeMillis,
      boolean shared,
      List<Part> parts,
      List<Limit> limits) {}

  /**
   * The answer. Sizes are those of now: what a guest that runs on writes meanwhile is not known.
   *
   * @param bytesToCopyAtMost all that lies at the source, as if it were full
   * @param memoryBytes of a guest that runs on: they go over once at least; else 0
   * @param bytesWhileStillAtMost what goes while the guest cannot run; null: as much as goes within
   *     the time that it may stand still
   * @param bytesPerSecondAtMost by the lowest of the limits; null for none
   * @param waitsFor these limits, in words
   * @param notes what makes it less than it looks, or more
   */
  public record Transfer(
      long bytesToCopyAtMost,
      long memoryBytes,
      @Nullable Long bytesWhileStillAtMost,
      @Nullable Long bytesPerSecondAtMost,
      List<String> waitsFor,
      List<String> notes) {}

  public static Transfer plan(Question asked) {
    boolean live = asked.guest() == Guest.RUNS_ON;
    long toCopy = asked.shared() ? 0 : asked.parts().stream().mapToLong(Part::bytes).sum();
    long memory = live ? asked.memoryBytes() : 0;
    OptionalLong rate = asked.limits().stream().mapToLong(Limit::bytesPerSecond).min();
    return new Transfer(
        toCopy,
        memory,
        still(asked, toCopy),
        rate.isPresent() ? rate.getAsLong() : null,
        asked.limits().stream()
            .map(limit -> "%s: %d KiB/s".formatted(limit.by(), limit.bytesPerSecond() >> 10))
            .toList(),
        notes(asked));
  }

  private static @Nullable Long still(Question asked, long toCopy) {
    return switch (asked.guest()) {
      case IS_OFF -> Long.valueOf(0);
      case IS_SHUT_DOWN -> Long.valueOf(toCopy);
      case RUNS_ON -> asked.emulated() ? Long.valueOf(asked.memoryBytes()) : null;
    };
  }

  private static List<String> notes(Question asked) {
    List<String> notes = new ArrayList<>();
    if (asked.shared()) {
      notes.add("both hosts have the storage of the disks: they are not copied");
    } else {
      asked.parts().stream()
          .filter(Part::compared)
          .map(
              part ->
                  "%s: a replica is there, and only what differs goes over".formatted(part.what()))
          .forEach(notes::add);
    }
    switch (asked.guest()) {
      case IS_OFF -> notes.add("the guest is off");
      case IS_SHUT_DOWN -> notes.add("the guest is off until it is there");
      case RUNS_ON -> {
        notes.add("what the guest writes meanwhile goes over besides");
        notes.add(
            asked.emulated()
                ? "the guest is emulated, and stands still while its memory goes"
                : "the guest stands still for %d ms at most, as QEMU estimates it"
                    .formatted(asked.maxDowntimeMillis()));
      }
    }
    return List.copyOf(notes);
  }
}
