package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.RoundMember;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is left at the sources of a group that ends. */
class RemainsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);
  private final Remains remains = new Remains(daos);
  private final HostRow source = inventory.host(inventory.site(), 8, 8192);
  private final SiteRow target = inventory.site();

  RemainsTest() {
    inventory.host(target, 8, 8192);
  }

  /** No round came after the change that took it out, which would have closed its own. */
  @Test
  void anInstanceThatLeftTheGroupKeepsNoCheckpoint() {
    UUID stays = placed();
    UUID leaves = placed();
    ProtectionGroupRow group = Inventory.group(Inventory.name("group"), target, Inventory.now());
    daos.protectionGroups().insert(group);
    assertThat(daos.protectionGroups().tryInsertMember(stays, group.id(), 0)).isEqualTo(1);
    assertThat(daos.protectionGroups().tryInsertMember(leaves, group.id(), 1)).isEqualTo(1);
    UUID point = UUID.randomUUID();
    new Points(database).available(point, group, List.of("root"));
    daos.recoveryPoints().setState(point, RecoveryPointState.SEALED);
    assertThat(daos.recoveryPoints().setAvailable(point, Inventory.now())).isEqualTo(1);
    daos.protectionGroups().retainMembers(group.id(), List.of(stays));

    assertThat(remains.of(group.id()).checkpoints())
        .extracting(RoundMember::backup)
        .containsExactlyInAnyOrder(order(stays, point), order(leaves, point));

    remains.remove(group.id(), false);
    assertThat(remains.of(group.id()).checkpoints()).isEmpty(); // they are closed already
  }

  private static BackupOrder order(UUID instance, UUID point) {
    return new BackupOrder(new InstanceId(instance), new RecoveryPointId(point), null);
  }

  private UUID placed() {
    JobRow job = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    daos.instances().setPlace(job.targetId(), source.id(), "default");
    return job.targetId();
  }
}
