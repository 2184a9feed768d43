package io.holdfast.workflows.migration;

import io.holdfast.workflows.activity.MigrationLedgerActivities;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.MigratableDomain;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MigrationSite;
import io.holdfast.workflows.model.MigrationStage;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.SwitchOrder;
import io.holdfast.workflows.model.SwitchedOver;
import io.holdfast.workflows.power.StoppedGuest;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Skip;
import io.holdfast.workflows.saga.Undo;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Workflow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Instance: ACTIVE -> ACTIVE or STOPPED -> STOPPED, on another host. Changes the ledger (the
 * target's room is claimed first, the source's given back last) and both hosts. What was copied
 * stays copied while the job lives. An unwind leaves the instance at its source, as it was, and
 * nothing at the target but what was copied: for a day, for another attempt. Of disks that both
 * hosts share nothing is copied, see {@link DiskLinks}.
 *
 * <p>A run that follows a lost one goes on from what the ledger has noted: see {@link
 * MigrationStage}.
 *
 * <p>There is one moment from which on the instance is the target's, see {@link Handover}. Behind
 * it nothing is undone any more and a cancel comes too late: what is left to do is tried until it
 * is done.
 */
public final class MigrateInstanceWorkflowImpl implements MigrateInstanceWorkflow {
  private static final SwitchedOver STOPPED = new SwitchedOver(0, 0, 0, 0, 0);
  private static final String DONE_BEFORE = "a run of this job that was lost has done it";
  private static final List<String> BEFORE_THE_HANDOVER =
      List.of(
          Steps.CHECK_TARGET,
          Steps.CONNECT_PORTS,
          Steps.STOP_DOMAIN,
          Steps.FREEZE_DISKS,
          Steps.COPY_DISKS,
          Steps.CREATE_VOLUMES,
          Steps.SWITCH_OVER);
  private static final int COPY_AGAIN = 4;
  private static final int COPY_AGAIN_FOR_A_TRY = 1;

  private final MigrationLedgerActivities ledger =
      Profiles.inventory(MigrationLedgerActivities.class);

  private int limitChanges;

  @Override
  public void run(JobRequest request) {
    LiveLimits limits = new LiveLimits(request.job(), ledger, () -> limitChanges);
    Saga.execute(request, saga -> migrate(saga, request, limits));
  }

  @Override
  public void limitsChanged() {
    limitChanges++;
  }

  private void migrate(Saga saga, JobRequest request, LiveLimits limits) {
    InstanceId id = request.instance();
    StoppedGuest guest = new StoppedGuest(request.job(), id);
    Way earlier = earlierRun(saga, request);
    if (earlier != null && earlier.order().stage() == MigrationStage.ARRIVED) {
      saga.skip(Steps.RESERVE, DONE_BEFORE);
      saga.skip(Steps.READ_POWER, DONE_BEFORE);
      arriveAgain(saga, request, earlier, guest);
      return;
    }
    Undo release =
        new Undo(Steps.RESERVE, Undo.Kind.RELEASES, () -> release(request, earlier, guest));
    saga.inherit(List.of(release));
    MigrationOrder order =
        saga.claim(
            Steps.RESERVE, release.action(), () -> ledger.reserveMigration(request.job(), id));
    Way way = earlier == null ? Way.of(saga, order) : earlier;
    SourceSide source = way.source();
    TargetSide target = way.target();
    Handover handover = way.handover();
    limits.follow(source);

    saga.on(way.order().source());
    if (way.order().stage().isHandover()
        && saga.stepWithoutUndo(
            Steps.READ_POWER, handover::settle, new Skip<>(handover::keepAtSource))) {
      arriveAgain(saga, request, way, guest); // not undone: it goes on
      return;
    }
    MigratableDomain domain = saga.stepWithoutUndo(Steps.READ_POWER, source::describe); // reads
    way.copies().found(domain.overlays());
    boolean ran = guest.ran(domain.state() == PowerState.RUNNING);
    boolean live = source.isLive(domain);
    saga.on(way.order().target());
    MigrationSite site =
        saga.stepWithoutUndo(Steps.CHECK_TARGET, () -> target.check(domain)); // reads
    saga.stepAside(
        Steps.CONNECT_PORTS,
        handover::mayStayAt,
        handover.unlessMoved(target::disconnectPorts),
        target::connectPorts);

    saga.on(way.order().source());
    if (live) {
      saga.skip(Steps.STOP_DOMAIN, "it runs on");
    } else if (ran) {
      saga.step(
          Steps.STOP_DOMAIN,
          handover.unlessMoved(source::start),
          () -> {
            guest.note();
            source.stop();
          });
    } else {
      saga.skip(Steps.STOP_DOMAIN, "it is off");
    }
    if (way.order().shared()) {
      share(saga, way);
    } else {
      copy(saga, way, live, limits);
    }
    SwitchedOver switched =
        live ? switchOver(saga, request, way, site) : startThere(saga, way, ran);
    // from here on there is no way back, and a cancel comes too late
    Workflow.newDetachedCancellationScope(() -> arrive(saga, request, way, live, switched)).run();
  }

  private static void copy(Saga saga, Way way, boolean live, LiveLimits limits) {
    Handover handover = way.handover();
    SourceSide source = way.source();
    TargetSide target = way.target();
    if (live) {
      saga.step(
          Steps.FREEZE_DISKS, handover.unlessMoved(source::mergeOverlays), way.copies()::freeze);
    } else {
      saga.skip(Steps.FREEZE_DISKS, "it is off");
    }
    saga.stepAside(
        Steps.COPY_DISKS,
        handover::mayStayAt,
        handover.unlessMoved(way::undoCopies),
        () -> {
          limits.tellBefore(source, way.order());
          way.snapshots().copy();
          way.copies().copy(COPY_AGAIN);
          saga.detail(way.copies().sent());
        });
    saga.on(way.order().target());
    saga.stepAside(
        Steps.CREATE_VOLUMES,
        handover::mayStayAt,
        handover.unlessMoved(target::clear),
        target::createVolumes);
  }

  private static void share(Saga saga, Way way) {
    String why =
        "%s and %s share the disks"
            .formatted(way.order().source().name(), way.order().target().name());
    saga.skip(Steps.FREEZE_DISKS, why);
    saga.skip(Steps.COPY_DISKS, why);
    saga.on(way.order().target());
    saga.stepAside(
        Steps.CREATE_VOLUMES,
        way.handover()::mayStayAt,
        way.handover().unlessMoved(way::undoLinks),
        way.target()::createVolumes);
  }

  private SwitchedOver switchOver(Saga saga, JobRequest request, Way way, MigrationSite site) {
    MigrationOrder order = way.order();
    saga.on(order.source());
    SwitchedOver switched =
        saga.step(
            Steps.SWITCH_OVER,
            () -> settle(request, way),
            () -> {
              way.handover().begin();
              return way.handover()
                  .switchOver(
                      new SwitchOrder(order.instance(), site, order.limits()), () -> prepare(way));
            });
    saga.skip(Steps.DEFINE_DOMAIN, "it came with the guest");
    saga.skip(Steps.START_DOMAIN, "it runs on");
    return switched;
  }

  private static void prepare(Way way) {
    if (!way.order().shared()) {
      way.copies().copy(COPY_AGAIN_FOR_A_TRY);
    }
    way.target().createVolumes();
    way.target().prepareOverlays();
  }

  /** The undo of a switchover: where the guest is decides whether there is anything to undo. */
  private void settle(JobRequest request, Way way) {
    if (way.handover().settle()) {
      ledger.recordOwner(request.job(), request.instance(), way.target().power());
      way.target().mergeOverlays();
      way.source().clear();
      way.snapshots().clearSource();
      way.target().deleteCopies();
      ledger.releaseMigration(request.instance());
      throw Saga.doneForGood("the instance is on " + way.order().target().name());
    }
  }

  private SwitchedOver startThere(Saga saga, Way way, boolean ran) {
    TargetSide target = way.target();
    Handover handover = way.handover();
    saga.skip(Steps.SWITCH_OVER, "it is off");
    saga.step(
        Steps.DEFINE_DOMAIN,
        handover.unlessMoved(
            () -> {
              handover.takeBack();
              target.undefine();
            }),
        () -> {
          handover.beginStopped();
          target.define();
        });
    if (ran) {
      saga.step(Steps.START_DOMAIN, handover::stopThere, handover::startThere);
    } else {
      saga.skip(Steps.START_DOMAIN, "it was off");
      handover.moveStopped();
    }
    return STOPPED;
  }

  /**
   * What a run that was lost has come to, or null. It is found out before anything may be undone: a
   * cancel may be there already.
   */
  private @Nullable Way earlierRun(Saga saga, JobRequest request) {
    if (!HandoverNotes.isNoted()) {
      return null;
    }
    CompletablePromise<@Nullable MigrationOrder> found = Workflow.newPromise();
    Workflow.newDetachedCancellationScope(
            () -> found.complete(ledger.earlierRun(request.job(), request.instance())))
        .run();
    MigrationOrder order = found.get();
    return order == null ? null : Way.of(saga, order);
  }

  /** The undo of the claim, and of what a lost run did that this one has not come to. */
  private void release(JobRequest request, @Nullable Way earlier, StoppedGuest guest) {
    if (earlier != null) {
      if (earlier.order().stage().isHandover()) {
        settle(request, earlier);
      }
      earlier.undo(guest.ran(false));
    }
    ledger.releaseMigration(request.instance());
  }

  /** Goes on where a run was lost behind the handover. There is no way back. */
  private void arriveAgain(Saga saga, JobRequest request, Way way, StoppedGuest guest) {
    for (String step : BEFORE_THE_HANDOVER) {
      saga.skip(step, DONE_BEFORE);
    }
    Workflow.newDetachedCancellationScope(
            () -> {
              startAgain(saga, way, guest);
              arrive(saga, request, way, true, STOPPED);
            })
        .run();
  }

  /** A run may be lost between the stop of a guest and its start at the target. */
  private static void startAgain(Saga saga, Way way, StoppedGuest guest) {
    if (way.order().stage() == MigrationStage.ARRIVED) {
      saga.skip(Steps.DEFINE_DOMAIN, DONE_BEFORE);
      saga.skip(Steps.START_DOMAIN, DONE_BEFORE);
      return;
    }
    saga.on(way.order().target());
    boolean off = saga.stepOnwards(Steps.DEFINE_DOMAIN, () -> isOff(way));
    if (off && guest.ran(false)) {
      saga.stepOnwards(Steps.START_DOMAIN, way.target()::start);
    } else {
      saga.skip(Steps.START_DOMAIN, off ? "it was off" : "it runs");
    }
  }

  /** False when it runs there; else its domain is whole. */
  private static boolean isOff(Way way) {
    TargetSide target = way.target();
    if (target.power() == PowerState.RUNNING) {
      return false;
    }
    if (!way.order().shared()) {
      target.mergeOverlays();
    }
    target.define();
    return true;
  }

  private void arrive(Saga saga, JobRequest request, Way way, boolean live, SwitchedOver switched) {
    InstanceId id = request.instance();
    TargetSide target = way.target();
    saga.on(way.order().target());
    PowerState arrived =
        saga.stepOnwards(
            Steps.RECORD_OWNER,
            () -> {
              PowerState found = target.power();
              ledger.recordOwner(request.job(), id, found);
              return found;
            });
    if (live && !way.order().shared()) {
      saga.stepOnwards(Steps.MERGE_OVERLAYS, target::mergeOverlays);
    } else {
      saga.skip(Steps.MERGE_OVERLAYS, "there are none");
    }
    PowerState power = awaitGuest(saga, way, arrived);
    saga.on(way.order().source());
    saga.stepOnwards(
        Steps.CLEAR_SOURCE,
        () -> {
          way.source().clear();
          way.snapshots().clearSource();
          target.deleteCopies();
          return true;
        },
        new Skip<>(() -> false));
    saga.complete(
        Steps.RECORD_MIGRATION,
        steps ->
            ledger.completeMigration(request.job(), id, power, switched, saga.leftBehind(), steps));
  }

  /** Answers with what the guest's power is by then. */
  private static PowerState awaitGuest(Saga saga, Way way, PowerState arrived) {
    if (way.order().instance().readiness() == GuestReadiness.NONE
        || arrived != PowerState.RUNNING) {
      saga.skip(Steps.AWAIT_GUEST, "the guest gives no sign of life");
      return arrived;
    }
    return saga.stepOnwards(
        Steps.AWAIT_GUEST,
        () -> {
          PowerState found = way.target().awaitGuest();
          if (found != arrived) {
            saga.detail("the guest went down after it had arrived");
          }
          return found;
        },
        new Skip<>(() -> arrived));
  }
}
