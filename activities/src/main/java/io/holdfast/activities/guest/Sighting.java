package io.holdfast.activities.guest;

/**
 * What one look at a guest found.
 *
 * @param right true when it was what the probe asks for
 * @param seen for people
 */
record Sighting(boolean right, String seen) {
  private static final int MOST = 200;

  static Sighting right(String seen) {
    return new Sighting(true, shortened(seen));
  }

  static Sighting wrong(String seen) {
    return new Sighting(false, shortened(seen));
  }

  private static String shortened(String seen) {
    String line = seen.strip().replaceAll("[^\\x20-\\x7e]+", " ");
    return line.length() <= MOST ? line : line.substring(0, MOST) + "...";
  }
}
