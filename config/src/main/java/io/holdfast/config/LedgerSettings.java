package io.holdfast.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * How long the ledger keeps what is over; the same for all engines.
 *
 * @param keepJobsDays since a job's end; 90 unless told. 0: for ever
 */
public record LedgerSettings(@Min(0) @Max(36_500) Integer keepJobsDays) {
  private static final int DEFAULT_DAYS = 90;

  public static final LedgerSettings DEFAULT = new LedgerSettings(DEFAULT_DAYS);

  public LedgerSettings {
    keepJobsDays = keepJobsDays == null ? DEFAULT_DAYS : keepJobsDays;
  }

  public boolean keepsForEver() {
    return keepJobsDays == 0;
  }
}
