package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.GuestActivities;
import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.activity.ProbeActivities;
import io.holdfast.workflows.activity.ProtectionLedgerActivities;
import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.GuestScreen;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSteps;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Placement;
import io.holdfast.workflows.model.ProbeResult;
import io.holdfast.workflows.model.ProbeSpec;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.ownership.Fencing;
import io.holdfast.workflows.recovery.PlanSteps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Undo;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Workflow;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Instance: PROVISIONING -> ACTIVE, its disks being what a recovery point has: the one way of
 * tests, drills and failovers. Changes the same as a restore, on one host of the recovery site.
 * When it is to stay, the source is fenced first: its ownership is taken away, and its host is
 * asked once to keep it off. An unwind gives that back, leaves nothing else, and removes the new
 * instance's row; a source that was switched off stays off. What the plan has done around the
 * instance belongs to it: one whose last step failed is as little recovered as one whose probe did.
 */
public final class PromoteInstanceWorkflowImpl implements PromoteInstanceWorkflow {
  private static final int CONSOLE_BYTES = 4096;
  private static final Duration CONSOLE_READ_WITHIN = Duration.ofSeconds(10);
  private static final Duration SCREEN_READ_WITHIN = Duration.ofSeconds(5);

  private final LedgerActivities ledger = Profiles.inventory(LedgerActivities.class);
  private final RecoveryLedgerActivities recovery =
      Profiles.inventory(RecoveryLedgerActivities.class);
  private final ProtectionLedgerActivities points =
      Profiles.inventory(ProtectionLedgerActivities.class);
  private final Fencing fencing = new Fencing(recovery);

  private @Nullable Building built;

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> promote(saga, request));
  }

  private void promote(Saga saga, JobRequest request) {
    InstanceId id = request.instance();
    InstanceSteps around =
        Optional.ofNullable(request.around()).orElseGet(() -> InstanceSteps.none(request.job()));
    PlanSteps steps = new PlanSteps(recovery, saga, around.run());
    Undo giveBack = new Undo(Steps.FENCE_SOURCE, () -> returnSource(request));
    Undo release = new Undo(Steps.RESERVE, Undo.Kind.RELEASES, () -> ledger.release(id));
    Func<Placement> reserve = () -> ledger.reserve(request.job(), id);
    Building lost =
        Building.ofLostRun(saga, Steps.CLONE_REPLICAS, reserve, List.of(giveBack, release));
    built = lost;

    steps.carryOut(around.before());
    saga.step(
        Steps.FENCE_SOURCE, giveBack.action(), () -> saga.detail(fencing.prove(request.job())));
    Placement placement = saga.claim(Steps.RESERVE, release.action(), reserve);

    HostId host = placement.host().id();
    Building building = lost == null ? new Building(saga, placement) : lost;
    built = building;
    saga.on(placement.host());
    saga.step(
        Steps.CLONE_REPLICAS,
        building::deleteVolumes,
        () -> building.cloneReplicas(points.replicaClones(request.job(), id)));
    building.steps(building::build);
    GuestReport guest = building.awaitGuest();
    Answers answers =
        saga.stepWithoutUndo( // only asks
            Steps.RUN_PROBES, () -> ask(host, id, recovery.probes(request.job(), id)));
    steps.carryOut(around.after());
    saga.complete(
        Steps.RECORD_PROMOTION,
        updates ->
            recovery.completePromotion(
                request.job(),
                id,
                guest,
                answers.probes(),
                answers.console(),
                answers.screen(),
                updates));
  }

  /**
   * The undo of the fencing. While the new guest may run the source must not: it comes back when
   * the new instance is deleted.
   */
  private void returnSource(JobRequest request) {
    if (built != null && built.mayRun() && isHeldBack()) {
      throw Saga.heldBack("the new guest may run still, so that its source must not");
    }
    recovery.returnSource(request.job());
  }

  /** A run that an older engine began replays as it was. */
  private static boolean isHeldBack() {
    return Workflow.getVersion("source-held-back", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }

  /** In the order of the plan: a later question may need what an earlier one has awaited. */
  private static Answers ask(HostId host, InstanceId id, List<ProbeSpec> probes) {
    List<ProbeResult> results = new ArrayList<>();
    for (ProbeSpec probe : probes) {
      Duration patience = Duration.ofSeconds(probe.timeoutSeconds());
      results.add(Profiles.probe(ProbeActivities.class, host, patience).runProbe(probe));
    }
    return new Answers(results, console(host, id), screen(host, id));
  }

  private static String console(HostId host, InstanceId id) {
    byte[] tail =
        Profiles.probe(GuestActivities.class, host, CONSOLE_READ_WITHIN)
            .readConsole(id, CONSOLE_BYTES);
    return new String(tail, StandardCharsets.ISO_8859_1);
  }

  /** Evidence besides: no run waits for it or fails by it. */
  private static GuestScreen screen(HostId host, InstanceId id) {
    if (Workflow.getVersion("screen", Workflow.DEFAULT_VERSION, 1) == Workflow.DEFAULT_VERSION) {
      return GuestScreen.missing("the run began before pictures were taken");
    }
    try {
      return GuestScreen.of(
          Profiles.watch(GuestActivities.class, host, SCREEN_READ_WITHIN).readScreen(id));
    } catch (ActivityFailure unseen) {
      if (Failures.isCancelled(unseen)) {
        throw unseen;
      }
      JobFailure why = Failures.describe(unseen);
      return GuestScreen.missing(
          why.causes().isEmpty()
              ? why.message()
              : why.message() + ": " + String.join("; ", why.causes()));
    }
  }

  /** What the guest said and showed. */
  private record Answers(List<ProbeResult> probes, String console, GuestScreen screen) {}
}
