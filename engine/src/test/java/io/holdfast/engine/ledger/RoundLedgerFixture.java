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
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.model.BackupDisk;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.OpenedBackup;
import io.holdfast.workflows.model.OpenedMember;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.RoundPlan;
import io.holdfast.workflows.model.SealedDisk;
import io.holdfast.workflows.model.SealedReplica;
import io.holdfast.workflows.model.StreamCounts;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A group of one instance, its jobs and its rounds. */
abstract class RoundLedgerFixture {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  static final long NOW = 1_700_000_000_000L;
  static final BackupDisk ROOT = disk("root", 2, ChangeSource.BITMAP);

  final Database database = POSTGRES.database();
  final Daos daos = database.daos();
  final Inventory inventory = new Inventory(database);
  final ProtectionLedgerActivitiesImpl ledger =
      new ProtectionLedgerActivitiesImpl(database, Clock.systemUTC());
  final JobActivitiesImpl jobs = new JobActivitiesImpl(database, Clock.systemUTC());
  final HostRow source = inventory.host(inventory.site(), 8, 8192);
  final SiteRow target = inventory.site();
  final HostRow keeper = inventory.host(target, 8, 8192);
  final UUID instance = placed();
  final ProtectionGroupRow group = group(instance);

  RoundPlan round(List<BackupDisk> disks) {
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    seal(job, plan, ledger.planDisks(id(job), plan.point(), opened(plan, disks), NOW, 0));
    ledger.recordAvailable(id(job), plan.point());
    ledger.completeRound(id(job), plan.point(), List.of());
    return plan;
  }

  void seal(JobRow job, RoundPlan plan, List<RoundDisk> disks) {
    List<SealedDisk> sealed =
        disks.stream()
            .map(
                disk ->
                    new SealedDisk(
                        disk.replica().instance(),
                        disk.replica().disk(),
                        new StreamCounts(1000, 100, 10, 1),
                        new SealedReplica("root-" + point(plan).number(), 4096)))
            .toList();
    assertThat(ledger.recordSealed(id(job), plan.point(), sealed)).isEqualTo(disks.size());
    assertThat(point(plan).state()).isEqualTo(RecoveryPointState.SEALED);
  }

  static List<OpenedMember> opened(RoundPlan plan, List<BackupDisk> disks) {
    return plan.members().stream()
        .map(member -> new OpenedMember(member.backup(), new OpenedBackup(disks, 0)))
        .toList();
  }

  static BackupDisk disk(String name, int gib, ChangeSource change) {
    return new BackupDisk(name, gib * Inventory.GIB, change, "as the test says");
  }

  RecoveryPointRow point(RoundPlan plan) {
    return daos.recoveryPoints().findById(plan.point().value()).orElseThrow();
  }

  static InstanceId instanceId(RoundPlan plan) {
    return plan.members().get(0).backup().instance();
  }

  UUID placed() {
    JobRow job = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    daos.instances().setPlace(job.targetId(), source.id(), "default");
    daos.jobs().end(job.id(), JobState.SUCCEEDED, null, null, false, Inventory.now());
    return job.targetId();
  }

  ProtectionGroupRow group(UUID member) {
    ProtectionGroupRow row = Inventory.group(Inventory.name("group"), target, Inventory.now());
    daos.protectionGroups().insert(row);
    assertThat(daos.protectionGroups().tryInsertMember(member, row.id(), 0)).isEqualTo(1);
    return row;
  }

  /** Of another group. */
  UUID otherMember() {
    UUID other = placed();
    group(other);
    return other;
  }

  long claimed() {
    return daos.reservations().sums().stream()
        .filter(sum -> sum.hostId().equals(keeper.id()))
        .mapToLong(sum -> sum.diskBytes())
        .sum();
  }

  JobRow accept(JobKind kind) {
    daos.jobs()
        .activeJobOf(group.id())
        .ifPresent(
            open -> daos.jobs().end(open, JobState.FAILED, null, null, true, Inventory.now()));
    return inventory.accept(kind, TargetType.PROTECTION_GROUP, group.id(), group.name());
  }

  ProtectionGroupId groupId() {
    return new ProtectionGroupId(group.id());
  }

  static JobId id(JobRow job) {
    return new JobId(job.id());
  }
}
