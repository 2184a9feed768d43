package io.holdfast.engine.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.core.JobService;
import io.holdfast.engine.core.JobSteering;
import io.holdfast.engine.core.RunningTransfer;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.errors.Problem;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.StepState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job: what it is about, how far it is, and how it ended.
 *
 * @param progress the part of its steps that has ended, 0 to 1
 * @param summary one line for a person
 * @param undone true when everything that the failed job had done was undone
 * @param allowedActions verbs that the job takes now
 * @param cancellation what became of a cancel; null when there was none
 * @param decisions what people decided about it, in order
 * @param retryOf the job that this one repeats, or null
 * @param retriedBy the job that repeats this one, or null
 */
public record JobBody(
    UUID id,
    JobKind kind,
    Target target,
    JobState state,
    double progress,
    String summary,
    List<Step> steps,
    @Nullable Problem error,
    @Nullable JsonNode result,
    boolean undone,
    List<String> allowedActions,
    @Nullable Cancellation cancellation,
    List<Decision> decisions,
    @Nullable UUID retryOf,
    @Nullable UUID retriedBy,
    String submittedBy,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt) {

  /** What a job is about; its id is final from the start. */
  public record Target(String type, UUID id, String name) {
    static Target of(JobRow row) {
      String type = row.targetType().noun();
      return new Target(type, row.targetId(), row.targetName());
    }
  }

  /**
   * One step; attempt counts from 1 once it ran.
   *
   * @param transfer how far it is with data that it moves, as its host last said, some seconds ago;
   *     only of one job that is asked for by its id
   */
  public record Step(
      String name,
      StepState state,
      int attempt,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable String detail,
      @Nullable Problem error,
      @Nullable Transfer transfer) {
    private static Step of(StepRow row, @Nullable RunningTransfer moving) {
      return new Step(
          row.name(),
          row.state(),
          row.attempt(),
          row.startedAt(),
          row.endedAt(),
          row.detail(),
          problem(row.error(), row.jobId()),
          moving != null && moving.step().equals(row.name()) ? Transfer.of(moving) : null);
    }

    private boolean isDone() {
      return state == StepState.SUCCEEDED || state == StepState.SKIPPED;
    }
  }

  /**
   * How far a step is that moves disks or memory, in bytes.
   *
   * @param diskBytes of the disks that are there, or known to be
   * @param diskTotalBytes null while nobody knows
   * @param wireBytes sent for it, compressed; null for a switchover, as the two below
   * @param zeroBytes not sent, being zeros
   * @param sameBytes not sent, being there already
   * @param memoryBytes sent of the guest's memory; null before the switchover, as those below
   * @param memoryTotalBytes grows when the guest writes to memory that was sent
   * @param dirtyBytesPerSecond that the guest writes to its memory
   * @param iteration of its memory, from 1
   * @param secondsLeft an estimate: as if it went on as it did so far; null while nobody knows
   */
  public record Transfer(
      long diskBytes,
      @Nullable Long diskTotalBytes,
      @Nullable Long wireBytes,
      @Nullable Long zeroBytes,
      @Nullable Long sameBytes,
      @Nullable Long memoryBytes,
      @Nullable Long memoryTotalBytes,
      @Nullable Long dirtyBytesPerSecond,
      @Nullable Long iteration,
      @Nullable Long secondsLeft) {
    private static Transfer of(RunningTransfer moving) {
      return new Transfer(
          moving.diskBytes(),
          moving.diskTotalBytes(),
          moving.wireBytes(),
          moving.zeroBytes(),
          moving.sameBytes(),
          moving.memoryBytes(),
          moving.memoryTotalBytes(),
          moving.dirtyBytesPerSecond(),
          moving.iteration(),
          moving.secondsLeft());
    }
  }

  /** What became of a cancel. */
  public enum Cancellation {
    /** The job is still being undone. */
    UNDERWAY,
    /** All was undone. */
    UNDONE,
    /** What was done cannot be undone; what became of it was read from the host. */
    READ_BACK,
    /** Some of it could not be undone: {@code result.leftovers}. */
    LEFTOVERS,
    /** The cancel came after the last step. */
    COMPLETED_ANYWAY
  }

  /** What a person decided. */
  public record Decision(String verb, @Nullable String reason, String by, Instant at) {
    private static Decision of(DecisionRow row) {
      return new Decision(row.verb().code(), row.reason(), row.decidedBy(), row.decidedAt());
    }
  }

  /** As it was recorded. */
  public static JobBody of(JobService.Job job) {
    return of(job, null);
  }

  /** {@code moving}: what its running step moves, when that is known. */
  public static JobBody of(JobService.Job job, @Nullable RunningTransfer moving) {
    JobRow row = job.row();
    List<Step> steps = job.steps().stream().map(step -> Step.of(step, moving)).toList();
    return new JobBody(
        row.id(),
        row.kind(),
        Target.of(row),
        row.state(),
        progress(row.state(), steps),
        summary(row, steps),
        steps,
        problem(row.error(), row.id()),
        row.result(),
        row.undone(),
        JobSteering.allowed(row).stream().map(JobVerb::code).toList(),
        cancellation(job),
        job.decisions().stream().map(Decision::of).toList(),
        row.retryOf(),
        row.retriedBy(),
        row.submittedBy(),
        row.createdAt(),
        row.startedAt(),
        row.endedAt());
  }

  private static @Nullable Cancellation cancellation(JobService.Job job) {
    JobRow row = job.row();
    boolean asked = job.decisions().stream().anyMatch(d -> d.verb() == JobVerb.CANCEL);
    return switch (row.state()) {
      case PENDING, RUNNING, BLOCKED, WAITING_FOR_APPROVAL -> asked ? Cancellation.UNDERWAY : null;
      case SUCCEEDED -> asked ? Cancellation.COMPLETED_ANYWAY : null;
      case FAILED -> asked ? undone(row) : null;
      case CANCELLED -> undone(row);
    };
  }

  private static Cancellation undone(JobRow row) {
    if (row.undone()) {
      return Cancellation.UNDONE;
    }
    JsonNode result = row.result();
    boolean readBack = result != null && result.path("readBack").asBoolean();
    return readBack ? Cancellation.READ_BACK : Cancellation.LEFTOVERS;
  }

  private static double progress(JobState state, List<Step> steps) {
    if (state == JobState.SUCCEEDED || steps.isEmpty()) {
      return state.isFinal() ? 1 : 0;
    }
    long done = steps.stream().filter(Step::isDone).count();
    return Math.round(100.0 * done / steps.size()) / 100.0;
  }

  private static String summary(JobRow row, List<Step> steps) {
    String what =
        row.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + row.targetName();
    return switch (row.state()) {
      case PENDING -> what + ": accepted";
      case RUNNING, BLOCKED, WAITING_FOR_APPROVAL -> what + current(steps);
      case SUCCEEDED -> what + ": done";
      case CANCELLED -> what + ": cancelled" + (row.undone() ? ", undone" : "");
      case FAILED ->
          "%s: failed%s%s"
              .formatted(
                  what,
                  row.undone() ? " and undone" : "",
                  row.error() == null ? "" : ": " + row.error().message());
    };
  }

  private static String current(List<Step> steps) {
    Optional<Step> now =
        steps.stream().filter(s -> !s.isDone() && s.state() != StepState.PENDING).findFirst();
    return now.map(
            s ->
                ": %s %s%s"
                    .formatted(
                        s.name(),
                        s.state().name().toLowerCase(Locale.ROOT),
                        s.detail() == null ? "" : " (" + s.detail() + ")"))
        .orElse(": running");
  }

  private static @Nullable Problem problem(@Nullable JobFailure failure, UUID job) {
    return failure == null ? null : Problem.of(failure, job);
  }
}
