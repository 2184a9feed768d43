package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.db.BandwidthLimitRow;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.workflows.model.StreamLimit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hosts do not know of each other's streams, so each gets its part. */
class StreamLimitsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Daos daos = POSTGRES.database().daos();
  private final Inventory inventory = new Inventory(POSTGRES.database());
  private final SiteRow here = inventory.site();
  private final SiteRow there = inventory.site();
  private final HostRow source = inventory.host(here, 8, 8192);
  private final HostRow second = inventory.host(here, 8, 8192);
  private final HostRow target = inventory.host(there, 8, 8192);
  private final StreamLimits limits = new StreamLimits(daos);

  @Test
  void theHostsOfASiteShareItsLimit() {
    limit(30, new BandwidthLimitRow.Window("22:00", "06:00", 0));
    assertThat(limits.between(source.id(), target.id()))
        .isEqualTo(
            new StreamLimit(
                there.id().toString(),
                "UTC",
                15L << 20,
                List.of(new StreamLimit.Window("22:00", "06:00", 0))));
    limit(2);
    assertThat(limits.between(second.id(), target.id()))
        .isEqualTo(new StreamLimit(there.id().toString(), "UTC", 1L << 20, List.of()));
  }

  @Test
  void aLimitIsOfOneDirectionBetweenTwoSites() {
    limit(30);
    assertThat(limits.between(target.id(), source.id())).isNull();
    assertThat(limits.between(source.id(), second.id())).isNull();
  }

  private void limit(int mibPerSecond, BandwidthLimitRow.Window... windows) {
    daos.bandwidthLimits()
        .put(
            new BandwidthLimitRow(
                here.id(), there.id(), mibPerSecond, "UTC", List.of(windows), Inventory.now()));
  }
}
