package io.holdfast.engine.ledger;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static io.holdfast.engine.ledger.FailureConditions.naming;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.core.Acceptance;
import io.holdfast.engine.core.AuditTrail;
import io.holdfast.engine.core.JobSteering;
import io.holdfast.engine.core.JobSteering.Patch;
import io.holdfast.engine.core.Submission;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.db.UsageRow;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationMode;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MigrationStage;
import io.holdfast.workflows.model.MovedSnapshot;
import io.holdfast.workflows.model.MovedVolume;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.SwitchedOver;
import io.holdfast.workflows.model.VolumeId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Each activity twice: the second call changes nothing and answers the same. */
class MigrationLedgerActivitiesTest extends MoveLedgerFixture {
  private static final SwitchedOver SWITCHED = new SwitchedOver(900, 30, 7, 8, 2);

  @Test
  void bothHostsAreClaimedUntilTheEndAndTheQuotaCountsOne() {
    UsageRow used = database.daos().quotas().reserved("default");
    JobId job = accept(target.id());
    MigrationOrder order = ledger.reserveMigration(job, instance);

    assertThat(ledger.reserveMigration(job, instance)).isEqualTo(order);
    assertThat(order.source().name()).isEqualTo(source.name());
    assertThat(order.target().name()).isEqualTo(target.name());
    assertThat(order.mode()).isEqualTo(MigrationMode.LIVE);
    assertThat(order.limits()).isEqualTo(LIMITS);
    assertThat(order.instance().image()).isNull();
    assertThat(memory(source)).isEqualTo(512);
    assertThat(memory(target)).isEqualTo(512);
    assertThat(database.daos().quotas().reserved("default")).isEqualTo(used);
    assertThat(row().hostId()).isEqualTo(source.id());

    ledger.recordOwner(job, instance, PowerState.RUNNING);
    ledger.recordOwner(job, instance, PowerState.RUNNING);
    assertThat(row().hostId()).isEqualTo(target.id());
    assertThat(memory(source)).isEqualTo(512);
    assertThat(memory(target)).isEqualTo(512);

    ledger.completeMigration(
        job, instance, PowerState.RUNNING, SWITCHED, List.of("copy-disks: left"), List.of());
    ledger.completeMigration(job, instance, PowerState.SHUTOFF, SWITCHED, List.of(), List.of());
    assertThat(memory(source)).isZero();
    assertThat(memory(target)).isEqualTo(512);
    assertThat(row().powerState()).isEqualTo(PowerState.RUNNING);
    JobRow ended = database.daos().jobs().find(job.value()).orElseThrow();
    assertThat(ended.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(String.valueOf(ended.result()))
        .contains(target.name(), "\"downtimeMs\":30", "\"leftovers\":[\"copy-disks: left\"]");
  }

  @Test
  void aRunThatFollowsALostOneFindsHowFarItHadCome() {
    JobId job = accept(target.id());
    assertThat(ledger.earlierRun(job, instance)).isNull();
    ledger.beginHandover(job, instance);
    MigrationOrder order = ledger.reserveMigration(job, instance);
    assertThat(order.stage()).isEqualTo(MigrationStage.COPYING);
    assertThat(ledger.earlierRun(job, instance)).isNull(); // an evacuation has claimed for it, too
    long at = Inventory.now().toEpochMilli();
    StepUpdate checked = new StepUpdate(Steps.CHECK_TARGET, StepState.SUCCEEDED, 1, at, null, null);
    new JobActivitiesImpl(database, Clock.systemUTC()).recordSteps(job, List.of(checked), null, at);
    assertThat(ledger.earlierRun(job, instance)).isEqualTo(order);

    ledger.beginHandover(new JobId(UUID.randomUUID()), instance);
    assertThat(stage(job)).isEqualTo(MigrationStage.COPYING);
    ledger.beginHandover(job, instance);
    ledger.beginHandover(job, instance);
    assertThat(stage(job)).isEqualTo(MigrationStage.HANDING_OVER);
    ledger.takeBackHandover(new JobId(UUID.randomUUID()), instance);
    assertThat(stage(job)).isEqualTo(MigrationStage.HANDING_OVER);
    ledger.takeBackHandover(job, instance);
    ledger.takeBackHandover(job, instance);
    assertThat(stage(job)).isEqualTo(MigrationStage.TAKEN_BACK);
    ledger.beginHandover(job, instance);
    assertThat(stage(job)).isEqualTo(MigrationStage.HANDING_OVER);
    ledger.takeBackHandover(job, instance);
    ledger.recordOwner(job, instance, PowerState.RUNNING);
    assertThat(stage(job)).isEqualTo(MigrationStage.ARRIVED);
    ledger.releaseMigration(instance);
    assertThat(ledger.earlierRun(job, instance)).isNull();
  }

  private MigrationStage stage(JobId job) {
    return Objects.requireNonNull(ledger.earlierRun(job, instance)).stage();
  }

  /** Of a job that stops a guest to start it again, whoever asks. */
  @Test
  void whoWasStoppedIsKept() {
    DowntimeLedgerActivitiesImpl stopped = new DowntimeLedgerActivitiesImpl(database);
    JobId job = accept(target.id());
    assertThat(stopped.hasStopped(job, instance)).isFalse();
    stopped.noteStopped(job, instance);
    stopped.noteStopped(job, instance);
    assertThat(stopped.hasStopped(job, instance)).isTrue();
    assertThat(stopped.hasStopped(job, new InstanceId(UUID.randomUUID()))).isFalse();
  }

  @Test
  void whatIsReleasedIsTheClaimThatItDoesNotLiveOn() {
    JobId job = accept(null);
    MigrationOrder first = ledger.reserveMigration(job, instance);
    ledger.releaseMigration(instance);
    ledger.releaseMigration(instance);
    assertThat(memory(target)).isZero();
    assertThat(memory(source)).isEqualTo(512);

    assertThat(ledger.reserveMigration(job, instance).claimedAtMillis())
        .isGreaterThan(first.claimedAtMillis());
    ledger.recordOwner(job, instance, PowerState.RUNNING);
    ledger.releaseMigration(instance);
    assertThat(memory(target)).isEqualTo(512);
    assertThat(memory(source)).isZero();
  }

  @Test
  void volumesGoAlongAndLieWhereTheirInstanceIs() {
    VolumeRow first = inventory.attached(instance.value(), source, "default", 3);
    VolumeRow second = inventory.attached(instance.value(), source, "large", 4);
    JobId job = accept(target.id());
    MigrationOrder order = ledger.reserveMigration(job, instance);
    assertThat(ledger.reserveMigration(job, instance)).isEqualTo(order);
    assertThat(order.volumes())
        .containsExactly(
            new MovedVolume(new VolumeId(first.id()), "default", 3 * Inventory.GIB),
            new MovedVolume(new VolumeId(second.id()), "large", 4 * Inventory.GIB));
    assertThat(order.moving().disks())
        .extracting(DiskSpec::name)
        .containsExactly("root", order.volumes().get(0).id().disk(), disk(second));
    assertThat(disk(source)).isEqualTo(Map.of("default", 5L, "large", 4L));
    assertThat(disk(target)).isEqualTo(Map.of("default", 9L));
    assertThat(volume(first).hostId()).isEqualTo(source.id());

    ledger.recordOwner(job, instance, PowerState.RUNNING);
    ledger.recordOwner(job, instance, PowerState.RUNNING);
    for (VolumeRow each : List.of(first, second)) {
      assertThat(volume(each).hostId()).isEqualTo(target.id());
      assertThat(volume(each).pool()).isEqualTo("default");
    }
    assertThat(ledger.reserveMigration(job, instance).volumes()).isEqualTo(order.volumes());
    assertThat(disk(source)).isEqualTo(Map.of("default", 5L, "large", 4L));
    assertThat(disk(target)).isEqualTo(Map.of("default", 9L));

    ledger.completeMigration(job, instance, PowerState.RUNNING, SWITCHED, List.of(), List.of());
    assertThat(disk(source)).isEmpty();
    assertThat(disk(target)).isEqualTo(Map.of("default", 9L));
  }

  @Test
  void snapshotsGoAlongAndWhatIsMadeOfThemComesFirst() {
    SnapshotRow row = inventory.snapshot(instance.value(), source, "default", 1);
    JobId job = accept(target.id());
    MigrationOrder order = ledger.reserveMigration(job, instance);
    assertThat(ledger.reserveMigration(job, instance)).isEqualTo(order);
    MovedSnapshot moved = order.snapshots().get(0);
    assertThat(moved.id().value()).isEqualTo(row.id());
    assertThat(moved.taken().disks()).isEqualTo(row.disks());
    assertThat(moved.taken().windowMillis()).isEqualTo(7);
    assertThat(disk(source)).isEqualTo(Map.of("default", 3L));
    assertThat(disk(target)).isEqualTo(Map.of("default", 3L));

    ledger.recordOwner(job, instance, PowerState.RUNNING);
    ledger.recordOwner(job, instance, PowerState.RUNNING);
    SnapshotRow there = database.daos().snapshots().findById(row.id()).orElseThrow();
    assertThat(there.hostId()).isEqualTo(target.id());
    assertThat(disk(source)).isEqualTo(Map.of("default", 3L));
    ledger.completeMigration(job, instance, PowerState.RUNNING, SWITCHED, List.of(), List.of());
    assertThat(disk(source)).isEmpty();
    assertThat(disk(target)).isEqualTo(Map.of("default", 3L));
  }

  @Test
  void volumesOfAMoveThatWasUndoneStay() {
    VolumeRow row = inventory.attached(instance.value(), source, "large", 4);
    ledger.reserveMigration(accept(target.id()), instance);
    ledger.releaseMigration(instance);
    assertThat(disk(target)).isEmpty();
    assertThat(disk(source)).isEqualTo(Map.of("default", 2L, "large", 4L));
    assertThat(volume(row).hostId()).isEqualTo(source.id());
    assertThat(volume(row).pool()).isEqualTo("large");
  }

  /** Two to one: the pool of a host has room for 2048 GiB. */
  @Test
  void aTargetHasRoomForTheVolumesToo() {
    inventory.attached(instance.value(), source, "default", 2047);
    assertThatThrownBy(() -> ledger.reserveMigration(accept(target.id()), instance))
        .is(failure(FailureType.NO_CAPACITY))
        .is(naming(target.name() + ": DISK: needs 2098176, free 2097152 MiB in one pool"));
  }

  @Test
  void noHostIsRefusedWithEveryReason() {
    JobId job = accept(source.id());
    assertThatThrownBy(() -> ledger.reserveMigration(job, instance))
        .is(failure(FailureType.NO_CAPACITY))
        .is(naming(source.name() + ": ALREADY_THERE"))
        .is(naming(target.name() + ": OTHER_HOST_WANTED"));
    assertThat(memory(target)).isZero();
  }

  @Test
  void limitsThatChangeAreReadByTheRunThatIsToldOf() {
    List<DecisionRow> told = new ArrayList<>();
    JobSteering steering =
        new JobSteering(
            new Acceptance(database, any -> {}, Clock.systemUTC()), told::add, Clock.systemUTC());
    JobId job = accept(target.id());
    steering.limit(submission(), job.toString(), "it is night", 0L, null);
    assertThat(ledger.readLimits(job)).isEqualTo(new MigrationLimits(0, 200, false));
    assertThat(ledger.reserveMigration(job, instance).limits()).isEqualTo(ledger.readLimits(job));
    steering.limit(submission(), job.toString(), null, 7L, 900);
    assertThat(ledger.readLimits(job)).isEqualTo(new MigrationLimits(7, 900, false));
    assertThat(told).hasSize(2).allMatch(each -> each.verb() == JobVerb.LIMIT);
    assertThat(database.daos().decisions().of(job.value())).hasSize(2);

    assertThatThrownBy(() -> steering.limit(submission(), job.toString(), null, null, null))
        .isInstanceOf(ProblemException.class);
    ledger.recordOwner(job, instance, PowerState.RUNNING);
    ledger.completeMigration(job, instance, PowerState.RUNNING, SWITCHED, List.of(), List.of());
    assertThatThrownBy(() -> steering.limit(submission(), job.toString(), null, 5L, null))
        .isInstanceOf(ProblemException.class);
    assertThat(ledger.readLimits(job)).isEqualTo(new MigrationLimits(7, 900, false));
  }

  /** A host and a site that were asked for one after the other need not go together. */
  @Test
  void aSiteThatIsAskedForTakesTheHostBackThatWasAskedForBefore() {
    HostRow elsewhere = inventory.host(inventory.site(), 1, 2048);
    JobId job = accept(target.id());
    JobActivitiesImpl jobs = new JobActivitiesImpl(database, Clock.systemUTC());
    List<DecisionRow> told = new ArrayList<>();
    JobSteering steering =
        new JobSteering(
            new Acceptance(database, any -> {}, Clock.systemUTC()), told::add, Clock.systemUTC());
    JobHold hold =
        new JobHold(UUID.randomUUID(), JobState.BLOCKED, List.of(JobVerb.RESUME, JobVerb.ABORT));
    assertThat(jobs.recordSteps(job, List.of(), hold, 1)).isTrue();

    Patch patch =
        new Patch(null, database.daos().sites().findById(elsewhere.siteId()).orElseThrow().name());
    steering.decide(submission(), job.toString(), JobVerb.RESUME, "full", patch);
    jobs.applyPatch(job, told.get(0).id());
    assertThat(ledger.reserveMigration(job, instance).target().name()).isEqualTo(elsewhere.name());
  }

  private static Submission submission() {
    AuditTrail trail = new AuditTrail("alice", Role.OPERATOR, "POST", "/v1/jobs", "test");
    return new Submission(
        "alice", "default", Optional.empty(), "", false, Optional.empty(), Optional.empty(), trail);
  }

  private VolumeRow volume(VolumeRow volume) {
    return database.daos().volumes().findById(volume.id()).orElseThrow();
  }

  private static String disk(VolumeRow volume) {
    return new VolumeId(volume.id()).disk();
  }
}
