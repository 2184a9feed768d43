package io.holdfast.engine.api;

import io.holdfast.engine.core.BandwidthLimitService.Limit;
import io.holdfast.engine.db.BandwidthLimitRow;
import java.util.List;

/**
 * What the streams from one site to another may take together.
 *
 * @param mibPerSecond when no window is open; 0 for no limit
 */
public record BandwidthLimitBody(
    String from, String to, int mibPerSecond, String timeZone, List<BandwidthWindow> windows) {
  public static BandwidthLimitBody of(Limit limit) {
    BandwidthLimitRow row = limit.row();
    return new BandwidthLimitBody(
        limit.from(),
        limit.to(),
        row.mibPerSecond(),
        row.timeZone(),
        row.windows().stream().map(BandwidthWindow::of).toList());
  }
}
