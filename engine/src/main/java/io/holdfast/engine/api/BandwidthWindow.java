package io.holdfast.engine.api;

import io.holdfast.engine.db.BandwidthLimitRow;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/** A part of each day; {@code until} before {@code from} is on the next one. */
public record BandwidthWindow(
    @NotNull @Pattern(regexp = TIME) @Schema(example = "22:00") String from,
    @NotNull @Pattern(regexp = TIME) @Schema(example = "06:00") String until,
    @Min(0) @Max(BandwidthLimitRequest.MOST) int mibPerSecond) {
  private static final String TIME = "([01][0-9]|2[0-3]):[0-5][0-9]";

  static BandwidthWindow of(BandwidthLimitRow.Window row) {
    return new BandwidthWindow(row.from(), row.until(), row.mibPerSecond());
  }

  BandwidthLimitRow.Window row() {
    return new BandwidthLimitRow.Window(from, until, mibPerSecond);
  }
}
