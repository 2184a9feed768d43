package io.holdfast.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * The watchdog that resets the host unless the worker writes to it.
 *
 * @param device as {@code /dev/watchdog}; empty: none, and an expired lease of the host proves
 *     nothing
 * @param resetSeconds after which it resets; 30 unless told
 */
public record WatchdogSettings(
    @NotNull @Pattern(regexp = "|/\\S+", message = "must be an absolute path") String device,
    @Min(4) @Max(300) Integer resetSeconds) {
  private static final int RESETS_AFTER = 30;

  /** No watchdog. */
  public static final WatchdogSettings NONE = new WatchdogSettings("", RESETS_AFTER);

  public WatchdogSettings {
    device = device == null ? "" : device;
    resetSeconds = resetSeconds == null ? RESETS_AFTER : resetSeconds;
  }

  public boolean isThere() {
    return !device.isEmpty();
  }
}
