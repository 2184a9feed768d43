package io.holdfast.activities.ownership;

/**
 * What is kept of an instance.
 *
 * @param held false: it was lost to another site, and must not start here
 */
public record Owned(boolean held, long epoch) {
  private static final String HELD = "HELD";
  private static final String LOST = "LOST";

  /** Fails with IllegalArgumentException on what {@link #text()} never wrote. */
  static Owned parse(String text) {
    String[] words = text.strip().split(" ", -1);
    if (words.length != 2 || !(words[0].equals(HELD) || words[0].equals(LOST))) {
      throw new IllegalArgumentException("neither HELD nor LOST with an epoch: " + text);
    }
    return new Owned(words[0].equals(HELD), Long.parseLong(words[1]));
  }

  /** As the hook reads it. */
  String text() {
    return "%s %d%n".formatted(held ? HELD : LOST, epoch);
  }
}
