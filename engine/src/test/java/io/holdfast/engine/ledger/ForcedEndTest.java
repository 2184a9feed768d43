package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.EvacuationMoveRow;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.MovePhase;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.BegunMove;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationMode;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A job whose lease is released by force ends as any other one of its kind that was not undone. */
class ForcedEndTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);
  private final LedgerActivitiesImpl instances =
      new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), Clock.systemUTC());
  private final EvacuationLedgerActivitiesImpl evacuations =
      new EvacuationLedgerActivitiesImpl(database, Clock.systemUTC());
  private final SiteRow site = inventory.site();
  private final HostRow host = inventory.host(site, 4, 4096);

  @Test
  void itSaysWhoEndedItAndWhatWasFound() {
    JobRow ended = release(accept(JobKind.DISCOVER_HOST, TargetType.HOST, host.id(), nothing()));
    assertThat(ended.state()).isEqualTo(JobState.FAILED);
    assertThat(ended.undone()).isFalse();
    assertThat(ended.error())
        .isNotNull()
        .extracting(JobFailure::type)
        .isEqualTo(FailureType.LEASE_RELEASED);
    assertThat(String.valueOf(ended.result())).contains("Released by tester", "no host was asked");
  }

  @Test
  void aVolumeThatMayBeInAGuestCountsAsAttached() {
    UUID instance = instance();
    VolumeRow volume = inventory.attached(instance, host, "default", 1);
    daos.volumes().setInstance(volume.id(), null, Inventory.now());
    release(
        accept(
            JobKind.ATTACH_VOLUME,
            TargetType.VOLUME,
            volume.id(),
            nothing().put("instance", instance.toString())));
    assertThat(daos.volumes().findById(volume.id()).map(VolumeRow::instanceId)).contains(instance);
  }

  @Test
  void aHalfMadePointIsForTheNextRoundToRemove() {
    ProtectionGroupRow group =
        Inventory.group(Inventory.name("group"), site, Inventory.now().plusSeconds(9999));
    daos.protectionGroups().insert(group);
    JobRow round =
        accept(JobKind.REPLICATE_GROUP, TargetType.PROTECTION_GROUP, group.id(), nothing());
    UUID point = UUID.randomUUID();
    daos.recoveryPoints()
        .insert(
            RecoveryPointRow.staging(point, group.id(), 1, round.id(), List.of(), Inventory.now()));
    release(round);
    assertThat(daos.recoveryPoints().findById(point).map(RecoveryPointRow::state))
        .contains(RecoveryPointState.RETIRED);
  }

  @Test
  void placesOfMovesThatNeverBeganAreFree() {
    UUID instance = instance();
    JobRow evacuation = evacuation();
    evacuations.planMoves(new JobId(evacuation.id()), true);
    release(evacuation);
    assertThat(daos.evacuations().find(evacuation.id(), instance).map(EvacuationMoveRow::state))
        .contains(MovePhase.CANCELLED);
  }

  /** Its run was ended on purpose, and the evacuation waits for its end as for anybody's job. */
  @Test
  void aMoveGetsNoOtherRunWhileItsLeaseIsReleased() {
    InstanceId instance = new InstanceId(instance());
    JobId evacuation = new JobId(evacuation().id());
    evacuations.planMoves(evacuation, true);
    BegunMove begun = evacuations.beginMove(evacuation, instance, false);
    UUID move = Objects.requireNonNull(begun.move()).job().value();
    JobRow release = accept(JobKind.RELEASE_LEASE, TargetType.LEASE, move, nothing());
    assertThat(evacuations.beginMove(evacuation, instance, false))
        .isEqualTo(BegunMove.busy(new JobId(release.id())));
  }

  private JobRow evacuation() {
    inventory.host(site, 4, 4096);
    daos.hosts().setState(host.id(), HostState.MAINTENANCE);
    MigrationLimits limits = new MigrationLimits(0, 300, false);
    return accept(
        JobKind.EVACUATE_HOST,
        TargetType.HOST,
        host.id(),
        EvacuationRequests.of(HostState.ACTIVE, 1, site.id(), MigrationMode.AUTO, limits, 5));
  }

  private JobRow release(JobRow holder) {
    JobRow release =
        accept(
            JobKind.RELEASE_LEASE, TargetType.LEASE, holder.id(), nothing().put("reason", "stuck"));
    new LeaseLedgerActivitiesImpl(database, Clock.systemUTC())
        .completeRelease(new JobId(release.id()), new JobId(holder.id()), List.of(), List.of());
    return daos.jobs().find(holder.id()).orElseThrow();
  }

  private JobRow accept(JobKind kind, TargetType type, UUID target, ObjectNode request) {
    JobRow job =
        JobRow.pending(
            UUID.randomUUID(), kind, type, target, "it", request, "tester", Inventory.now());
    return daos.jobs().accept(job, kind.steps());
  }

  private UUID instance() {
    inventory.onlyActive(host);
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    JobId job = new JobId(made.id());
    InstanceId id = new InstanceId(made.targetId());
    instances.reserve(job, id);
    GuestReport guest = new GuestReport(GuestReadiness.NONE, null, null, List.of());
    instances.completeCreate(job, id, guest, List.of());
    return id.value();
  }

  private static ObjectNode nothing() {
    return JsonNodeFactory.instance.objectNode();
  }
}
