package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageCopyRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.PoolRow;
import io.holdfast.engine.db.PoolSharerRow;
import io.holdfast.engine.placement.HostCapacity;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.PowerState;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Moves between hosts that see one storage. */
class SharedMoveLedgerTest extends MoveLedgerFixture {
  /** Nothing of it is claimed twice, and nothing is given back that is still used. */
  @Test
  void disksThatBothHostsShareClaimNoRoomOfTheTarget() {
    long before = disk(source).getOrDefault("default", 0L);
    share("default");
    MigrationOrder order = ledger.reserveMigration(accept(target.id()), instance);
    assertThat(order.shared()).isTrue();
    assertThat(disk(target)).containsExactly(Map.entry("default", 0L));
    ledger.recordOwner(order.instance().job(), instance, PowerState.RUNNING);
    assertThat(disk(source)).containsExactly(Map.entry("default", 0L));
    assertThat(disk(target)).containsExactly(Map.entry("default", before));
  }

  @Test
  void aVolumeInAnotherPoolHasAllOfItCopied() {
    share("default");
    inventory.attached(instance.value(), source, "large", 1);
    MigrationOrder order = ledger.reserveMigration(accept(target.id()), instance);
    assertThat(order.shared()).isFalse();
    InstanceRow row = database.daos().instances().findById(instance.value()).orElseThrow();
    assertThat(SharedDisks.of(database.daos(), row).obstacle())
        .contains("lies in pool large, not in default");
  }

  @Test
  void roomThatHostsShareIsThereOnce() {
    String storage = share("default");
    long promised = disk(source).getOrDefault("default", 0L) * Inventory.GIB;
    assertThat(new Claims(database.daos()).capacities())
        .flatExtracting(HostCapacity::pools)
        .filteredOn(pool -> storage.equals(pool.storage()))
        .hasSize(2)
        .allMatch(pool -> pool.reservedBytes() == promised);
    assertThat(database.daos().hosts().sharersOf(List.of(source.id())))
        .containsExactly(new PoolSharerRow(source.id(), "default", storage, target.name()));
  }

  /** Where files are not cloned, the target gets a name of the image below the disk as well. */
  @Test
  void anImageThatIsLinkedIsTheTargetsUntilItIsDeleted() {
    JobId job = accept(target.id());
    share("default");
    ledger.reserveMigration(job, instance);
    assertThat(copies()).isEmpty();

    ledger.releaseMigration(instance);
    share("default", false);
    ledger.reserveMigration(job, instance);
    assertThat(ledger.reserveMigration(job, instance).shared()).isTrue();
    ledger.releaseMigration(instance); // an undo leaves the image: others may stand on it by now
    assertThat(copies())
        .containsExactly(
            new ImageCopyRow(Objects.requireNonNull(row().imageId()), target.id(), "default"));
  }

  private List<ImageCopyRow> copies() {
    return database.daos().images().copies(Objects.requireNonNull(row().imageId()));
  }

  /** Has both hosts see one storage. */
  private String share(String pool) {
    return share(pool, true);
  }

  private String share(String pool, boolean reflink) {
    String storage = UUID.randomUUID().toString();
    for (HostRow host : List.of(source, target)) {
      database
          .daos()
          .hosts()
          .putPool(new PoolRow(host.id(), pool, "/pool", 64 * Inventory.GIB, reflink, storage));
    }
    return storage;
  }
}
