package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.CalloutActivities;
import io.holdfast.workflows.activity.CommandActivities;
import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.CommandOrder;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.PlanStepKind;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.RunStep;
import io.holdfast.workflows.saga.AddedStep;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a plan has done before and after its tiers and its instances. None of it can be undone: what
 * somebody was told is told, and a guest that ran a command goes with its tier. But a command that
 * was not begun yet must not begin once its run is given up.
 */
public final class PlanSteps {
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final RecoveryLedgerActivities ledger;
  private final Saga saga;
  private final JobId run;
  private final Deadline deadline;
  private final Pause pause;

  /** What was asked of hosts, by step. */
  private final Map<String, Set<CommandOrder>> commands = new HashMap<>();

  /** Of the run's own job. */
  PlanSteps(RecoveryLedgerActivities ledger, Saga saga, RunOrder order) {
    this(ledger, saga, order.run(), order.deadline());
  }

  /** Of a job that the run waits for, and cancels at its deadline. */
  public PlanSteps(RecoveryLedgerActivities ledger, Saga saga, JobId run) {
    this(ledger, saga, run, null);
  }

  private PlanSteps(
      RecoveryLedgerActivities ledger, Saga saga, JobId run, @Nullable Instant deadline) {
    this.ledger = ledger;
    this.saga = saga;
    this.run = run;
    this.deadline = new Deadline(deadline);
    this.pause = new Pause(run);
  }

  /** In the order of the plan. */
  public void carryOut(List<RunStep> steps) {
    for (RunStep step : steps) {
      if (step.kind() == PlanStepKind.COMMAND && isShutOut()) {
        saga.addedStep(step.step(), () -> shutOut(step), () -> carryOut(step));
      } else {
        saga.addedStep(step.step(), () -> carryOut(step));
      }
    }
  }

  /** A run that an older engine began replays without it. */
  private static boolean isShutOut() {
    return Workflow.getVersion("command-shut-out", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }

  /** Each host that may hold a call of the step: the run's new phase is older calls' end there. */
  private void shutOut(RunStep step) {
    for (CommandOrder asked : commands.getOrDefault(step.name(), Set.of())) {
      Profiles.undoWaiting(CommandActivities.class, asked.host().id())
          .shutOutCommands(asked.command().instance());
    }
  }

  private AddedStep carryOut(RunStep step) {
    List<AddedStep> end = new ArrayList<>(1);
    deadline.bound(() -> end.add(attempts(step)));
    return end.get(0);
  }

  /** A step that may be left out is waited for no longer than its own time. */
  private AddedStep attempts(RunStep step) {
    Duration wait = FIRST_WAIT;
    for (int attempt = 1; ; attempt++) {
      try {
        return pause.unlessPaused(() -> once(step));
      } catch (TemporalFailure failure) {
        if (Failures.isCancelled(failure)) {
          throw failure;
        }
        if (attempt >= step.attempts()) {
          if (step.policy() == FailurePolicy.SKIP) {
            return AddedStep.leftOut(
                "left out, as the plan says: " + Failures.describe(failure).message());
          }
          throw failure;
        }
      }
      Workflow.sleep(wait);
      wait = wait.multipliedBy(2);
      wait = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }
  }

  private AddedStep once(RunStep step) {
    Duration patience = Duration.ofSeconds(step.timeoutSeconds());
    return switch (step.kind()) {
      case APPROVAL -> AddedStep.done(saga.awaitApproval(step.target(), patience));
      case CALLOUT ->
          AddedStep.done(
              Profiles.callout(CalloutActivities.class, patience).callOut(run, step.name()));
      case COMMAND -> {
        CommandOrder command = ledger.stepCommand(run, step.name());
        if (command != null) {
          commands.computeIfAbsent(step.name(), name -> new LinkedHashSet<>()).add(command);
        }
        yield command == null
            ? AddedStep.leftOut("left out, as its instance was")
            : AddedStep.done(
                Profiles.probe(CommandActivities.class, command.host().id(), patience)
                    .runCommand(command.command()));
      }
    };
  }
}
