package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DrillScheduleRow;
import io.holdfast.engine.db.FencingProofRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.RehearsalRow;
import io.holdfast.engine.db.RunFilter;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.PlanTiers;
import io.holdfast.engine.ledger.RecoveryFacts;
import io.holdfast.engine.ledger.ReversalFacts;
import io.holdfast.engine.recovery.PlannedRun;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.RunKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs of recovery plans, which are jobs. A failover that meets an obstacle asks a person unless
 * its caller says otherwise; a test is undone.
 */
public final class RunService {
  private static final Duration LEAST = Duration.ofMinutes(1);
  private static final Duration LONGEST_DEADLINE = Duration.ofDays(1);
  private static final Duration LONGEST_LIFE = Duration.ofDays(30);

  /** How long a drill has to tidy up behind its deadline before the janitor does. */
  private static final Duration TIDIES_UP = Duration.ofMinutes(10);

  /** Who is said to have removed what is left of a rehearsal whose time to live is over. */
  private static final String JANITOR = "janitor";

  private final Database database;
  private final Acceptance acceptance;
  private final Clock clock;

  public RunService(Database database, Acceptance acceptance, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /**
   * A person's word that the source does not run any more.
   *
   * @param instance by id or name; null: all instances of the run
   */
  public record Proof(String proof, String reason, @Nullable String instance) {}

  /** What a run would do now; nothing is written. */
  public PlannedRun validate(String reference, RunKind kind) {
    return database.inTransaction(
        daos -> {
          RecoveryPlanRow plan = RecoveryPlanService.find(daos, reference);
          if (kind == RunKind.REPROTECT) {
            return new ReversalFacts(daos).asRun(plan.definition(), plan.siteId());
          }
          return new RecoveryFacts(daos)
              .plan(kind, plan.definition(), plan.siteId(), clock.instant());
        });
  }

  /** Guests beside production, until {@link #cleanUp}, and no longer than their time to live. */
  public JobRow test(
      Submission submission, String reference, @Nullable String reason, String timeToLive) {
    Duration life = IsoDuration.of("timeToLive", timeToLive, LEAST, LONGEST_LIFE);
    return begin(
        submission,
        reference,
        RunKind.TEST,
        JobKind.TEST_PLAN,
        reason,
        (daos, run) ->
            daos.rehearsals().insert(RehearsalRow.byHand(run, null, Moment.now(clock).plus(life))));
  }

  /** A test and its cleanup in one, which gives up at the deadline. */
  public JobRow drill(
      Submission submission, String reference, @Nullable String reason, String deadline) {
    Duration within = IsoDuration.of("deadline", deadline, LEAST, LONGEST_DEADLINE);
    return begin(
        submission,
        reference,
        RunKind.DRILL,
        JobKind.DRILL,
        reason,
        (daos, run) -> {
          Instant deadlineAt = Moment.now(clock).plus(within);
          daos.rehearsals()
              .insert(RehearsalRow.byHand(run, deadlineAt, deadlineAt.plus(TIDIES_UP)));
        });
  }

  /** The drill that a schedule begins, inside its transaction. {@code due}: when it was due. */
  JobRow drillOf(
      Daos daos,
      UUID jobId,
      DrillScheduleRow schedule,
      Instant due,
      @Nullable String late,
      String caller) {
    RecoveryPlanRow plan = RecoveryPlanService.locked(daos, schedule.planId().toString());
    String reason = "drill schedule %s, due %s".formatted(schedule.name(), due);
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    JobRow job = write(daos, jobId, plan, RunKind.DRILL, JobKind.DRILL, reason, request, caller);
    Instant deadlineAt = Moment.now(clock).plus(schedule.deadline());
    daos.rehearsals()
        .insert(
            new RehearsalRow(
                jobId,
                schedule.id(),
                schedule.name(),
                due,
                deadlineAt,
                deadlineAt.plus(TIDIES_UP),
                late));
    return job;
  }

  public JobRow failOver(
      Submission submission, String reference, @Nullable String reason, @Nullable Proof proof) {
    return begin(
        submission,
        reference,
        RunKind.DISASTER_RECOVERY,
        JobKind.FAILOVER_PLAN,
        reason,
        (daos, run) -> {
          if (proof != null) {
            PlanRunRow row = PlanRun.row(daos, run.toString());
            daos.planRuns().insertProof(proof(daos, row, proof, submission.caller()));
          }
        });
  }

  private JobRow begin(
      Submission submission,
      String reference,
      RunKind kind,
      JobKind jobKind,
      @Nullable String reason,
      BiConsumer<Daos, UUID> more) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    return begin(submission, reference, kind, jobKind, reason, request, more);
  }

  /**
   * Begins a run.
   *
   * @param request of its job; tiers are added
   * @param more what else is written of the run
   */
  JobRow begin(
      Submission submission,
      String reference,
      RunKind kind,
      JobKind jobKind,
      @Nullable String reason,
      ObjectNode request,
      BiConsumer<Daos, UUID> more) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          RecoveryPlanRow plan = RecoveryPlanService.locked(daos, reference);
          JobRow job =
              write(daos, jobId, plan, kind, jobKind, reason, request, submission.caller());
          more.accept(daos, jobId);
          return job;
        });
  }

  private JobRow write(
      Daos daos,
      UUID jobId,
      RecoveryPlanRow plan,
      RunKind kind,
      JobKind jobKind,
      @Nullable String reason,
      ObjectNode request,
      String caller) {
    RunRules.requireNotStanding(daos, jobKind, plan);
    daos.planRuns().insert(PlanRunRow.of(jobId, plan, kind, reason, Moment.now(clock)));
    ArrayNode tiers = request.putArray(JobRow.TIERS);
    for (PlanDefinition.Tier tier : plan.definition().tiers()) {
      tiers.add(tier.name());
      name(request.withObject("/" + JobRow.BEFORE), tier.name(), tier.before(), kind);
      name(request.withObject("/" + JobRow.AFTER), tier.name(), tier.after(), kind);
    }
    boolean approved = RunRules.wantsTwoPersons(daos, jobKind, plan);
    if (approved) {
      request.put(JobRow.TWO_PERSONS, true);
    }
    JobRow job = job(plan, jobId, jobKind, request, caller);
    return kind == RunKind.DISASTER_RECOVERY || kind == RunKind.REPROTECT
        ? job.with(new JobPolicy(JobPolicy.OnFailure.PAUSE, approved))
        : job;
  }

  private static void name(ObjectNode where, String tier, List<PlanStep> steps, RunKind kind) {
    ArrayNode names = where.putArray(tier);
    steps.stream().filter(step -> step.isFor(kind)).forEach(step -> names.add(step.name()));
  }

  /** Removes what the last test made. */
  public JobRow cleanUp(Submission submission, String reference) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          RecoveryPlanRow plan = RecoveryPlanService.locked(daos, reference);
          PlanRunRow test =
              daos.planRuns()
                  .standingTest(plan.id())
                  .orElseThrow(
                      () ->
                          new ProblemException(
                              ProblemCode.TEST_NOT_STANDING,
                              "No test of %s has guests to remove".formatted(plan.name())));
          return removal(plan, jobId, test.id(), submission.caller());
        });
  }

  /** Removes what a rehearsal left whose time to live is over. */
  JobRow removeExpired(UUID run) {
    return acceptance.job(
        Submission.internal(JANITOR, "POST", "/v1/runs/" + run),
        UUID.randomUUID(),
        (daos, jobId) -> {
          PlanRunRow row = PlanRun.row(daos, run.toString());
          RecoveryPlanRow plan = RecoveryPlanService.locked(daos, row.planId().toString());
          return removal(plan, jobId, run, JANITOR);
        });
  }

  private JobRow removal(RecoveryPlanRow plan, UUID jobId, UUID run, String caller) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("run", run.toString());
    return job(plan, jobId, JobKind.CLEANUP_PLAN, request, caller);
  }

  private JobRow job(
      RecoveryPlanRow plan, UUID jobId, JobKind kind, ObjectNode request, String caller) {
    return JobRow.pending(
        jobId,
        kind,
        TargetType.RECOVERY_PLAN,
        plan.id(),
        plan.name(),
        request,
        caller,
        Moment.now(clock));
  }

  /**
   * Records a proof for a run that waits for it; its job is then resumed. Refused when the host has
   * answered since the run asked it, when the run is about no such instance, and when it has ended:
   * a word that nobody hears must not look like one that was taken.
   */
  public PlanRun fence(Submission submission, String id, Proof proof) {
    return acceptance.definition(
        submission,
        UUID.randomUUID(),
        (daos, proofId) -> {
          PlanRunRow run = RunPausing.lockedOpen(daos, id);
          FencingProofRow word = proof(daos, run, proof, submission.caller());
          FencingWord.requireSilent(daos, run.id(), word.instanceId());
          daos.planRuns().insertProof(word);
          return PlanRun.of(daos, run);
        },
        (daos, proofId) -> Optional.of(PlanRun.of(daos, PlanRun.row(daos, id))));
  }

  private FencingProofRow proof(Daos daos, PlanRunRow run, Proof proof, String caller) {
    String reference = proof.instance();
    UUID instance =
        reference == null
            ? null
            : Lookup.inField(
                    "instance",
                    "fencing.instance",
                    reference,
                    daos.instances()::findById,
                    daos.instances()::findByName)
                .id();
    if (instance != null && !sources(daos, run).contains(instance)) {
      throw ProblemException.ofField(
          ProblemCode.UNKNOWN_REFERENCE,
          "fencing.instance",
          "fencing.instance: the run of %s is not about %s".formatted(run.planName(), reference));
    }
    return new FencingProofRow(
        UUID.randomUUID(),
        run.id(),
        instance,
        proof.proof(),
        proof.reason(),
        caller,
        Moment.now(clock));
  }

  /** What it recovers; before it has settled that, what its plan names. */
  private static Set<UUID> sources(Daos daos, PlanRunRow run) {
    return run.pinnedAt() == null
        ? PlanTiers.instances(daos, run.definition())
        : daos.planRuns().instances(run.id()).stream()
            .map(PlanRunInstanceRow::sourceId)
            .collect(Collectors.toSet());
  }

  /** Of all plans, also of those that are gone: runs are evidence. */
  public List<PlanRun> list(PageRequest page, RunFilter filter) {
    Daos daos = database.daos();
    List<PlanRunRow> runs = daos.planRuns().list(page, filter);
    List<UUID> ids = runs.stream().map(PlanRunRow::id).toList();
    return RunPage.of(daos, runs, daos.planRuns().listedInstancesOf(ids));
  }

  /** Of one plan that is there. */
  public List<PlanRun> ofPlan(
      PageRequest page, String reference, @Nullable RunKind kind, @Nullable Instant since) {
    UUID plan = RecoveryPlanService.find(database.daos(), reference).id();
    return list(page, new RunFilter(plan.toString(), kind, null, since));
  }

  public PlanRun get(String id) {
    Daos daos = database.daos();
    return PlanRun.of(daos, PlanRun.row(daos, id));
  }
}
