package io.holdfast.workflows.model;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;

/**
 * What all streams of one host from its site to another one may take together.
 *
 * @param link names the pair of sites
 * @param timeZone whose clock the windows follow (IANA)
 * @param bytesPerSecond when no window is open; 0 for no limit
 * @param windows the first that is open counts
 */
public record StreamLimit(String link, String timeZone, long bytesPerSecond, List<Window> windows) {
  /**
   * A part of each day.
   *
   * @param from its first moment
   * @param until the first moment behind it; earlier than {@code from}, it lies in the next day
   */
  public record Window(String from, String until, long bytesPerSecond) {
    private boolean isOpen(LocalTime time) {
      LocalTime begin = LocalTime.parse(from);
      LocalTime end = LocalTime.parse(until);
      return begin.isBefore(end)
          ? !time.isBefore(begin) && time.isBefore(end)
          : !time.isBefore(begin) || time.isBefore(end);
    }
  }

  /** Bytes a second at this moment; 0 for no limit. */
  public long at(Instant moment) {
    LocalTime time = LocalTime.ofInstant(moment, ZoneId.of(timeZone));
    return windows.stream()
        .filter(window -> window.isOpen(time))
        .findFirst()
        .map(Window::bytesPerSecond)
        .orElse(bytesPerSecond);
  }
}
