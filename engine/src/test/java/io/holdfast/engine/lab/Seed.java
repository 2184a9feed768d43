package io.holdfast.engine.lab;

/** The seed of this run's random choices: {@code -Dseed}, HOLDFAST_SEED, or the clock. */
final class Seed {
  static final long VALUE = chosen();

  private Seed() {}

  private static long chosen() {
    String given = System.getProperty("seed", System.getenv("HOLDFAST_SEED"));
    return given == null ? System.nanoTime() % 1_000_000 : Long.parseLong(given);
  }
}
