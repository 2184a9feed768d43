package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.PlacementSettings;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.placement.HostCapacity;
import io.holdfast.engine.placement.PoolCapacity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How often a host's processors and its pool's room are promised. */
class OvercommitTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Inventory inventory = new Inventory(POSTGRES.database());
  private final HostRow host = inventory.host(inventory.site(), 4, 4096);

  @Test
  void sixteenVcpusToACpuAndTwoBytesToOneUnlessTold() {
    assertThat(capacity(PlacementSettings.DEFAULT).freeVcpus()).isEqualTo(64);
    assertThat(freeGiB(capacity(PlacementSettings.DEFAULT))).isEqualTo(2048);
  }

  @Test
  void asOftenAsTheSettingsSay() {
    HostCapacity once = capacity(new PlacementSettings(1, 1, 90));
    assertThat(once.freeVcpus()).isEqualTo(4);
    assertThat(freeGiB(once)).isEqualTo(1024);
    assertThat(once.expecting(1).freeVcpus()).isEqualTo(4);
  }

  private HostCapacity capacity(PlacementSettings settings) {
    Database database = new Database(POSTGRES.dataSource(), settings);
    return database.reading(daos -> new Claims(daos).capacity(host.id()));
  }

  private static long freeGiB(HostCapacity host) {
    return host.pools().stream().mapToLong(PoolCapacity::freeBytes).sum() / Inventory.GIB;
  }
}
