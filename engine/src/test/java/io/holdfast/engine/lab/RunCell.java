package io.holdfast.engine.lab;

import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One fault in a run of a recovery plan: this victim, in this step. Steps come from {@link JobKind}
 * itself; in the place of a tier's are those of the job that recovers its instance.
 */
record RunCell(Kind kind, String step, RoundVictim victim) {
  /** The plan's one tier. */
  private static final String TIER = Steps.recoverTier(RecoveryPlans.TIER);

  /** Steps of the one call that builds an instance, which is shown as the first of them. */
  private static final Set<String> BUILT =
      Set.of(Steps.CONNECT_PORTS, Steps.DEFINE_DOMAIN, Steps.START_DOMAIN);

  private static final List<RoundVictim> VICTIMS =
      Stream.of(RoundVictim.values()).filter(RoundVictim::isProcess).toList();

  /** What is run, by its verb in the API. A failure asks a person. */
  enum Kind {
    TEST(JobKind.TEST_PLAN, "test?onFailure=PAUSE"),
    CLEANUP(JobKind.CLEANUP_PLAN, "cleanup?onFailure=PAUSE"),
    DRILL(JobKind.DRILL, "drill?onFailure=PAUSE"),
    DISASTER_RECOVERY(JobKind.FAILOVER_PLAN, "failover"),
    PLANNED_MIGRATION(JobKind.MIGRATE_PLAN, "migrate?onFailure=PAUSE"),
    REPROTECT(JobKind.REPROTECT_PLAN, "reprotect"),
    FAILBACK(JobKind.FAILBACK_PLAN, "failback?onFailure=PAUSE");

    private final JobKind job;
    private final String verb;

    Kind(JobKind job, String verb) {
      this.job = job;
      this.verb = verb;
    }

    String verb() {
      return verb;
    }

    private List<String> steps() {
      boolean hasTiers = this != CLEANUP && this != REPROTECT;
      return job.steps(hasTiers ? List.of(TIER) : List.of()).stream()
          .flatMap(
              step ->
                  step.equals(TIER)
                      ? JobKind.PROMOTE_INSTANCE.steps().stream()
                          .filter(each -> !BUILT.contains(each))
                          .map(RunCell::ofTier)
                      : Stream.of(step))
          .toList();
    }
  }

  static List<RunCell> all() {
    List<RunCell> cells = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (String step : kind.steps()) {
        VICTIMS.forEach(victim -> cells.add(new RunCell(kind, step, victim)));
      }
    }
    return cells;
  }

  /**
   * Which of as many runs as there are victims meets it, when each run meets one victim in each of
   * its steps, and the next one a place further on.
   */
  int turn() {
    return Math.floorMod(VICTIMS.indexOf(victim) - kind.steps().indexOf(step), VICTIMS.size());
  }

  /** What comes next in the step's job, as {@link StepGates} names it: a step, or its end. */
  String follower() {
    List<String> steps = kind.steps();
    int next = steps.indexOf(step) + 1;
    if (next < steps.size()) {
      RunCell follower = new RunCell(kind, steps.get(next), victim);
      if (follower.isOfTier() == isOfTier()) {
        return follower.stepOfJob();
      }
      if (follower.isOfTier()) {
        return TIER;
      }
    }
    return StepGates.end(isOfTier() ? JobKind.PROMOTE_INSTANCE : kind.job);
  }

  /** Whether the step is written as one with the end of its job, and never seen to run. */
  boolean endsItsJob() {
    return follower().equals(StepGates.end(isOfTier() ? JobKind.PROMOTE_INSTANCE : kind.job));
  }

  private static String ofTier(String step) {
    return TIER + "." + step;
  }

  /** Whether the step is one of the job that recovers the instance. */
  boolean isOfTier() {
    return step.startsWith(ofTier(""));
  }

  /** The step's name in its job. */
  String stepOfJob() {
    return isOfTier() ? step.substring(ofTier("").length()) : step;
  }

  /** {@code failback/recover-web.clone-replicas/target-worker}. */
  @Override
  public String toString() {
    return Stream.of(kind.name(), step, victim.name())
        .map(word -> word.toLowerCase(Locale.ROOT).replace('_', '-'))
        .reduce((one, other) -> one + "/" + other)
        .orElseThrow();
  }
}
