package io.holdfast.engine.api;

import io.holdfast.engine.db.BandwidthLimitRow;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the streams from one site to another may take together. */
public record BandwidthLimitRequest(
    @Schema(description = "When no window is open; 0: no limit") @Min(0) @Max(MOST)
        int mibPerSecond,
    @Schema(description = "IANA name, whose clock the windows follow; unless said: UTC")
        @Size(min = 1, max = 64)
        @Nullable String timeZone,
    @Schema(description = "Parts of the day with another limit; the first that is open counts")
        @Valid
        @Size(max = 24)
        @Nullable List<@Valid @NotNull BandwidthWindow> windows) {
  static final long MOST = 1_000_000;

  public List<BandwidthLimitRow.Window> rows() {
    return windows == null ? List.of() : windows.stream().map(BandwidthWindow::row).toList();
  }
}
