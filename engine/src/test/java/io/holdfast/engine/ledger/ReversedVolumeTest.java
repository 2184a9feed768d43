package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.KeptVolume;
import io.holdfast.engine.db.ProtectionMemberRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RestoredFrom;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.db.WantedInstance;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What took over has the old site's volume as a disk of its own. */
class ReversedVolumeTest extends ReversalLedgerFixture {
  private static final UUID VOLUME = UUID.randomUUID();

  /** Its second disk was made of a volume. */
  @Override
  UUID successor() {
    RestoredFrom from =
        RestoredFrom.point(
            point, source, GuestReadiness.NONE, Map.of("disk1", new KeptVolume(VOLUME, "data")));
    UUID made = UUID.randomUUID();
    daos.instances()
        .insert(
            InstanceRow.restored(
                made,
                Inventory.name("successor"),
                new WantedInstance(null, 1, 512, List.of(2, 2), null, 60, from, null, null),
                there.id(),
                Map.of(),
                null,
                null,
                now),
            List.of());
    daos.instances().setPlace(made, there.id(), "default");
    return made;
  }

  @Test
  void theOldVolumeIsTheBaseOfTheDiskThatWasMadeOfItAndStays() {
    VolumeRow volume = inventory.attached(VOLUME, source, here, "large", 2);
    String disk = new VolumeId(VOLUME).disk();
    ledger.planReversal(run);
    ledger.planKept(run, found(disk));
    record(disk, 0);

    assertThat(ledger.adoptions(run))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.host().name()).isEqualTo(here.name());
              assertThat(one.adoption().replica().instance().value()).isEqualTo(successor);
              assertThat(one.adoption().replica().disk()).isEqualTo("disk1");
              assertThat(one.adoption().replica().pool()).isEqualTo("default");
              assertThat(one.adoption().sourceDisk()).isEqualTo(disk);
              assertThat(one.adoption().sourcePool()).isEqualTo("large");
            });
    ledger.reverse(run);
    ProtectionMemberRow member = daos.protectionGroups().members(group.id()).get(0);
    assertThat(new Rounds(daos).bases(member))
        .extracting(RecoveryPointDiskRow::disk, RecoveryPointDiskRow::volumeId)
        .containsExactly(tuple("disk1", VOLUME));

    assertThat(ledger.beginRelease(run, new InstanceId(source))).isNotNull();
    daos.instances().delete(source);
    VolumeRow left = daos.volumes().findById(volume.id()).orElseThrow();
    assertThat(left.instanceId()).isNull();
    assertThat(left.hostId()).isEqualTo(here.id());
  }

  /** The point that took over had it not: it is kept, and is nothing's base. */
  @Test
  void aVolumeThatWhatTookOverHasNotGotIsKeptAlone() {
    String disk = new VolumeId(inventory.attached(source, here, "default", 2).id()).disk();
    ledger.planReversal(run);
    ledger.planKept(run, found(disk));
    record(disk, 0);

    assertThat(ledger.adoptions(run)).isEmpty();
    assertThat(ledger.keptReplicas(run))
        .singleElement()
        .satisfies(one -> assertThat(one.replica().disk()).isEqualTo(disk));
  }
}
