package io.holdfast.engine.ledger;

import io.holdfast.engine.db.BandwidthLimitRow;
import io.holdfast.engine.db.Daos;
import io.holdfast.workflows.model.StreamLimit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one host may send to another site. Each host of the source's site gets an equal part of what
 * the pair of sites may take: hosts do not know of each other's streams, and a limit that holds
 * always is worth more than one that is used up.
 */
final class StreamLimits {
  private static final long MIB = 1L << 20;

  private final Daos daos;

  StreamLimits(Daos daos) {
    this.daos = daos;
  }

  /** Null for none, as within a site. */
  @Nullable StreamLimit between(UUID sourceHost, UUID targetHost) {
    UUID from = Lookups.host(daos, sourceHost).siteId();
    UUID to = Lookups.host(daos, targetHost).siteId();
    return daos.bandwidthLimits().find(from, to).map(this::part).orElse(null);
  }

  private StreamLimit part(BandwidthLimitRow row) {
    int senders = Math.max(1, daos.bandwidthLimits().senders(row.fromSite()));
    return new StreamLimit(
        row.toSite().toString(),
        row.timeZone(),
        row.mibPerSecond() * MIB / senders,
        row.windows().stream()
            .map(
                window ->
                    new StreamLimit.Window(
                        window.from(), window.until(), window.mibPerSecond() * MIB / senders))
            .toList());
  }
}
