package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.json.Json;

/**
 * What the streams from one site to another may take together.
 *
 * @param mibPerSecond when no window is open; 0 for no limit
 * @param windows the first that is open counts
 */
public record BandwidthLimitRow(
    UUID fromSite,
    UUID toSite,
    int mibPerSecond,
    String timeZone,
    @Json List<Window> windows,
    Instant changedAt) {
  /** A part of each day; {@code from} and {@code until}: "22:00". */
  public record Window(String from, String until, int mibPerSecond) {}
}
