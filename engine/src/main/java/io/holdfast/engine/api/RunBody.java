package io.holdfast.engine.api;

import io.holdfast.engine.core.PlanRun;
import io.holdfast.engine.db.FencingProofRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.RehearsalRow;
import io.holdfast.engine.db.RunEditRow;
import io.holdfast.engine.db.RunState;
import io.holdfast.engine.db.RunVerdict;
import io.holdfast.engine.recovery.RunProgress;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.ProbeResult;
import io.holdfast.workflows.model.RunKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A run of a recovery plan. Its job has the same id: that takes the verbs.
 *
 * @param planVersion that it is pinned to
 * @param verdict null until it is known; of a test by its cleanup
 * @param rtoSeconds from the trigger until the last probe was green; null before that
 * @param rpoSeconds from what the oldest point shows to the trigger; null before the end
 * @param steps of its job
 * @param removedAt when hosts and ledger were read back as clean of a test, or null
 * @param cleanupJob that removed it; of a drill null: it does that itself
 * @param schedule of tests and drills alone
 * @param reversed of runs that turn the direction alone
 */
public record RunBody(
    UUID id,
    RunKind kind,
    UUID plan,
    String planName,
    long planVersion,
    String recoverySite,
    RunProgress state,
    @Nullable RunVerdict verdict,
    @Nullable Double rtoSeconds,
    @Nullable Double rpoSeconds,
    List<JobBody.Step> steps,
    List<RunInstance> instances,
    List<RunProof> fencing,
    @Nullable String reason,
    UUID job,
    Instant triggeredAt,
    @Nullable Instant endedAt,
    @Nullable Instant removedAt,
    @Nullable UUID cleanupJob,
    @Nullable RunSchedule schedule,
    List<RunReversed> reversed,
    @Nullable RunPause paused,
    List<RunEdited> edits) {
  private static final double MILLIS = 1000.0;

  /**
   * An instance of the run.
   *
   * @param source id of the protected instance
   * @param instance id of the one that is made of it, or null
   * @param recoveryPoint null when none could be chosen
   * @param vcpus that it gets; null when no recovery point could be chosen
   * @param memoryMiB the same
   * @param job of the last attempt, with its steps
   * @param error why it was not recovered, or null
   */
  public record RunInstance(
      UUID source,
      String name,
      String tier,
      RunState state,
      @Nullable UUID instance,
      @Nullable String instanceName,
      @Nullable String host,
      @Nullable UUID recoveryPoint,
      @Nullable Long number,
      @Nullable Instant takenAt,
      @Nullable Integer vcpus,
      @Nullable Integer memoryMiB,
      List<RunNic> nics,
      List<RunProbe> probes,
      int attempt,
      @Nullable UUID job,
      @Nullable JobState jobState,
      @Nullable Instant startedAt,
      @Nullable Instant recoveredAt,
      @Nullable Double rtoSeconds,
      @Nullable Double rpoSeconds,
      @Nullable String error) {}

  /**
   * What bounds a test or a drill.
   *
   * @param name of the drill schedule that began it, or null
   * @param dueAt when it was to begin, or null
   * @param deadlineAt when it gives up; null: never
   * @param expiresAt when what is left of it is removed
   * @param late why it is late, or null
   */
  public record RunSchedule(
      @Nullable String name,
      @Nullable Instant dueAt,
      @Nullable Instant deadlineAt,
      Instant expiresAt,
      @Nullable String late) {}

  /** A nic of the new instance; {@code from}: the network at the protected site. */
  public record RunNic(String from, String network, @Nullable String address) {}

  /** A probe that was green; {@code millis}: until the answer was right. */
  public record RunProbe(String kind, String target, long millis, String seen) {}

  /** A proof that the protected site does not run an instance; null: of none of the run. */
  public record RunProof(
      @Nullable UUID instance, String proof, @Nullable String reason, String by, Instant at) {}

  /** Who holds the run up, and why. */
  public record RunPause(Instant at, String by, @Nullable String reason) {}

  /** What somebody changed of the run before it began, as a diff. */
  public record RunEdited(
      Instant at, String by, @Nullable String reason, List<RunChange> changes) {}

  /**
   * A value that was replaced.
   *
   * @param instance name of the protected instance
   * @param field point, probes or state
   * @param from as JSON, like {@code to}
   */
  public record RunChange(String instance, String field, String from, String to) {}

  public static RunBody of(PlanRun run) {
    PlanRunRow row = run.row();
    JobRow job = run.job().row();
    return new RunBody(
        row.id(),
        row.kind(),
        row.planId(),
        row.planName(),
        row.planVersion(),
        run.site(),
        run.progress(),
        row.verdict(),
        seconds(row.rtoMillis()),
        seconds(row.rpoMillis()),
        JobBody.of(run.job()).steps(),
        run.instances().stream()
            .map(one -> instance(one, row.triggeredAt(), run.promotions()::get))
            .toList(),
        run.proofs().stream().map(RunBody::proof).toList(),
        row.reason(),
        job.id(),
        row.triggeredAt(),
        job.endedAt(),
        row.removedAt(),
        row.cleanupJob(),
        schedule(run.rehearsal()),
        RunReversed.of(run.reversal()),
        row.pausedAt() == null || job.state().isFinal() // one that was cancelled meanwhile
            ? null
            : new RunPause(row.pausedAt(), String.valueOf(row.pausedBy()), row.pauseReason()),
        run.edits().stream().map(RunBody::edited).toList());
  }

  private static RunEdited edited(RunEditRow row) {
    return new RunEdited(
        row.editedAt(),
        row.editedBy(),
        row.reason(),
        row.changes().stream()
            .map(
                one ->
                    new RunChange(
                        one.instance(), one.field(), one.from().toString(), one.to().toString()))
            .toList());
  }

  private static @Nullable RunSchedule schedule(@Nullable RehearsalRow row) {
    return row == null
        ? null
        : new RunSchedule(
            row.scheduleName(), row.dueAt(), row.deadlineAt(), row.expiresAt(), row.late());
  }

  private static RunInstance instance(
      PlanRunInstanceRow row, Instant triggeredAt, Function<UUID, @Nullable JobState> jobs) {
    UUID job = row.jobId();
    String error = row.error();
    NamedSize size = row.size();
    return new RunInstance(
        row.sourceId(),
        row.sourceName(),
        row.tier(),
        row.state(),
        row.instanceId(),
        row.instanceName(),
        row.hostName(),
        row.pointId(),
        row.pointNumber(),
        row.takenAt(),
        size == null ? null : size.vcpus(),
        size == null ? null : size.memoryMiB(),
        row.nics().stream()
            .map(nic -> new RunNic(nic.fromName(), nic.networkName(), nic.address()))
            .toList(),
        row.results().stream().map(RunBody::probe).toList(),
        row.attempt(),
        job,
        job == null ? null : jobs.apply(job),
        row.startedAt(),
        row.recoveredAt(),
        seconds(row.rtoMillis(triggeredAt)),
        seconds(row.rpoMillis(triggeredAt)),
        error == null ? row.refusal() : error);
  }

  private static RunProbe probe(ProbeResult result) {
    return new RunProbe(result.kind().name(), result.target(), result.millis(), result.seen());
  }

  private static RunProof proof(FencingProofRow row) {
    return new RunProof(row.instanceId(), row.proof(), row.reason(), row.givenBy(), row.givenAt());
  }

  private static @Nullable Double seconds(@Nullable Long millis) {
    return millis == null ? null : millis / MILLIS;
  }
}
