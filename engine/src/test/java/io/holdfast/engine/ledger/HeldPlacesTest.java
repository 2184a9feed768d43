package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageCopyRow;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.MigrationRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.workflows.model.Findings;
import io.holdfast.workflows.model.HeldPlace;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.PowerState;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whom a release of a lease asks before it takes the lease away. */
class HeldPlacesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final LeaseLedgerActivitiesImpl leases =
      new LeaseLedgerActivitiesImpl(database, Clock.systemUTC());
  private final HostRow host = inventory.host(inventory.site(), 4, 4096);
  private final HostRef here = new HostRef(new HostId(host.id()), host.name());

  @Test
  void anInstanceIsOnItsHostAndOnTheOneThatItMovesTo() {
    JobRow holder = placedInstance();
    UUID id = holder.targetId();
    HostRow other = inventory.host(inventory.site(), 4, 4096);
    HeldPlace first = new HeldPlace(here, List.of("fast"), List.of(id), new InstanceId(id));
    assertThat(places(holder)).containsExactly(first);

    database
        .daos()
        .migrations()
        .insert(
            new MigrationRow(
                id,
                holder.id(),
                host.id(),
                "fast",
                other.id(),
                "plain",
                1,
                1,
                1,
                false,
                false,
                false,
                false,
                Inventory.now()));
    HostRef there = new HostRef(new HostId(other.id()), other.name());
    assertThat(places(holder))
        .containsExactly(
            first, new HeldPlace(there, List.of("plain"), List.of(id), new InstanceId(id)));
  }

  @Test
  void aVolumesJobIsOnTheInstanceToo() {
    UUID instance = placedInstance().targetId();
    VolumeRow volume =
        new VolumeRow(
            UUID.randomUUID(),
            "default",
            Inventory.name("data"),
            1L << 30,
            null,
            null,
            null,
            host.id(),
            "plain",
            Inventory.now(),
            instance,
            Map.of(),
            Inventory.now());
    database.daos().volumes().insert(volume);
    JobRow holder =
        inventory.accept(JobKind.DETACH_VOLUME, TargetType.VOLUME, volume.id(), volume.name());
    database.daos().jobs().insertBeside(holder.id(), instance);
    assertThat(places(holder))
        .containsExactly(
            new HeldPlace(here, List.of("plain"), List.of(volume.id()), new InstanceId(instance)));

    Findings found =
        new Findings(here, new InstanceId(instance), PowerState.PAUSED, List.of("volume.qcow2"));
    JobRow release =
        inventory.accept(JobKind.RELEASE_LEASE, TargetType.LEASE, holder.id(), volume.name());
    leases.completeRelease(
        new JobId(release.id()), new JobId(holder.id()), List.of(found), List.of());
    assertThat(database.daos().instances().findById(instance).orElseThrow().powerState())
        .isEqualTo(PowerState.PAUSED);
    JobRow ended = database.daos().jobs().find(holder.id()).orElseThrow();
    assertThat(String.valueOf(ended.result()))
        .contains("domain: PAUSED on " + host.name(), "volume: volume.qcow2 on " + host.name());
  }

  @Test
  void anImageIsWhereItsCopiesAre() {
    ImageRow image = inventory.image(ImageState.AVAILABLE);
    database.daos().images().addCopy(new ImageCopyRow(image.id(), host.id(), "fast"));
    JobRow holder =
        inventory.accept(JobKind.DELETE_IMAGE, TargetType.IMAGE, image.id(), image.name());
    assertThat(places(holder))
        .containsExactly(new HeldPlace(here, List.of("fast"), List.of(image.id()), null));
  }

  @Test
  void aHostsJobsChangeNothingOnIt() {
    JobRow holder =
        inventory.accept(JobKind.DISCOVER_HOST, TargetType.HOST, host.id(), host.name());
    assertThat(places(holder)).isEmpty();
  }

  private List<HeldPlace> places(JobRow holder) {
    return leases.held(new JobId(holder.id())).places();
  }

  private JobRow placedInstance() {
    JobRow job = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    database.daos().instances().setPlace(job.targetId(), host.id(), "fast");
    return job;
  }
}
