package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PowerAction;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.RunOrder;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a planned migration does with the guests of the protected site, and by which points it is
 * settled; inside a transaction that holds the run's row.
 */
final class PlannedMoves {
  private static final int GRACE_SECONDS = 120;

  private final Daos daos;
  private final PlanRunRow run;
  private final Instant now;
  private final RunJobs jobs;

  PlannedMoves(Daos daos, PlanRunRow run, Instant now) {
    this.daos = daos;
    this.run = run;
    this.now = now;
    jobs = new RunJobs(daos, run, now);
  }

  /** See {@link io.holdfast.workflows.activity.MoveLedgerActivities#beginShutdown}. */
  Optional<JobRow> shutDown(UUID source) {
    InstanceRow row =
        daos.instances()
            .lock(source)
            .orElseThrow(
                () -> Failures.of(FailureType.NOT_FOUND, "There is no instance " + source));
    Optional<JobRow> open = jobs.open(source, RunJobs.SHUTDOWN);
    if (open.isPresent()) {
      return open;
    }
    requireNotStartedAgain(row);
    requireKnown(row);
    daos.runJobs().noteGuest(run.id(), source, isUp(row));
    if (!isUp(row)) {
      return open;
    }
    RunPauses.requireNone(run);
    return Optional.of(power(row, PowerAction.SHUT_DOWN, RunJobs.SHUTDOWN));
  }

  /** See {@link io.holdfast.workflows.activity.MoveLedgerActivities#beginStart}. */
  Optional<JobRow> start(UUID source) {
    Optional<InstanceRow> row = daos.instances().lock(source);
    if (row.isEmpty() || !isToRun(source)) {
      return Optional.empty();
    }
    requireEnded(jobs.all(source, RunJobs.SHUTDOWN));
    Optional<JobRow> open = jobs.open(source, RunJobs.START);
    if (open.isPresent() || isStartedAgain(source)) {
      return open;
    }
    return Optional.of(power(row.get(), PowerAction.START, RunJobs.START));
  }

  /** Behind its last shutdown: a run that was lost on its way back may have shut it down anew. */
  private boolean isStartedAgain(UUID source) {
    long off = generation(jobs.all(source, RunJobs.SHUTDOWN).stream());
    return generation(
            jobs.all(source, RunJobs.START).stream()
                .filter(job -> job.state() == JobState.SUCCEEDED))
        > off;
  }

  private static long generation(Stream<JobRow> jobs) {
    return jobs.mapToLong(JobRow::generation).max().orElse(0);
  }

  /** The run was on its way back when it was lost: it goes there again, and moves nothing. */
  private void requireNotStartedAgain(InstanceRow row) {
    if (!jobs.all(row.id(), RunJobs.START).isEmpty()) {
      throw Failures.of(
          FailureType.RECOVERY_REFUSED,
          "The run has given up the move, and starts %s again".formatted(row.name()));
    }
  }

  private boolean isToRun(UUID source) {
    return daos.runJobs().ran(run.id(), source).orElse(false)
        && daos.planRuns().promotedFrom(source).isEmpty();
  }

  /** One that nobody took up would switch it off again later. */
  private void requireEnded(List<JobRow> shutdowns) {
    for (JobRow job : shutdowns) {
      if (!Abandonment.of(daos, job, now)) {
        throw RunJobs.busy("Job %s is still being ended".formatted(job.id()));
      }
    }
  }

  /** See {@link io.holdfast.workflows.activity.MoveLedgerActivities#abandonPromotions}. */
  boolean abandonPromotions() {
    boolean ended = true;
    for (PlanRunInstanceRow row : daos.planRuns().instances(run.id())) {
      Optional<JobRow> job = Optional.ofNullable(row.jobId()).flatMap(daos.jobs()::lock);
      ended &= job.isEmpty() || Abandonment.of(daos, job.get(), now);
    }
    return ended;
  }

  private JobRow power(InstanceRow row, PowerAction action, String purpose) {
    ObjectNode request =
        RunJobs.request(purpose).put("action", action.name()).put("graceSeconds", grace());
    return jobs.accept(JobKind.POWER_INSTANCE, TargetType.INSTANCE, row.id(), row.name(), request);
  }

  private int grace() {
    return daos.jobs()
        .find(run.id())
        .map(job -> job.request().path("graceSeconds").asInt(GRACE_SECONDS))
        .orElse(GRACE_SECONDS);
  }

  /** One whose host is silent may run and write: what it says once it is back is waited for. */
  private void requireKnown(InstanceRow row) {
    UndecidedMoves.requireNone(daos, row.id(), row.name());
    if (row.powerState() == PowerState.UNKNOWN) {
      throw Failures.of(
          FailureType.HOST_UNREACHABLE,
          "Whether %s runs is not known while its host is silent".formatted(row.name()));
    }
  }

  private static boolean isUp(InstanceRow row) {
    return row.powerState() == PowerState.RUNNING || row.powerState() == PowerState.PAUSED;
  }

  List<HostRef> sourceHosts() {
    return sources().stream()
        .flatMap(source -> daos.instances().findById(source).stream())
        .map(InstanceRow::hostId)
        .filter(Objects::nonNull)
        .distinct()
        .map(host -> Lookups.ref(Lookups.host(daos, host)))
        .toList();
  }

  List<InstanceId> toRunOn(UUID host) {
    return sources().stream()
        .filter(source -> isToRun(source) && !isStartedAgain(source))
        .flatMap(source -> daos.instances().findById(source).stream())
        .filter(row -> host.equals(row.hostId()))
        .map(row -> new InstanceId(row.id()))
        .toList();
  }

  List<UUID> groups() {
    return sources().stream()
        .flatMap(source -> daos.protectionGroups().groupOf(source).stream())
        .distinct()
        .toList();
  }

  private List<UUID> sources() {
    return daos.planRuns().instances(run.id()).stream().map(PlanRunInstanceRow::sourceId).toList();
  }

  Optional<JobRow> lastRound(UUID group) {
    return jobs.round(group, RunJobs.LAST_ROUND);
  }

  /** The guests are off, and every point that is taken was made since. */
  RunOrder chooseLast() {
    Set<UUID> rounds =
        groups().stream()
            .flatMap(group -> jobs.all(group, RunJobs.LAST_ROUND).stream())
            .map(JobRow::id)
            .collect(Collectors.toSet());
    Runs runs = new Runs(daos, run);
    if (!isOf(rounds)) {
      daos.runJobs().unsettle(run.id());
      runs.settle(now);
      if (!isOf(rounds)) {
        throw Failures.of(
            FailureType.RECOVERY_REFUSED,
            "An instance would start as something older than what its guest wrote last",
            daos.planRuns().instances(run.id()).stream()
                .map(row -> "%s: recovery point %s".formatted(row.sourceName(), row.pointNumber()))
                .toList());
      }
    }
    return runs.order();
  }

  private boolean isOf(Set<UUID> rounds) {
    return daos.planRuns().instances(run.id()).stream()
        .allMatch(
            row ->
                Optional.ofNullable(row.pointId())
                    .flatMap(daos.recoveryPoints()::findById)
                    .map(RecoveryPointRow::jobId)
                    .filter(rounds::contains)
                    .isPresent());
  }
}
