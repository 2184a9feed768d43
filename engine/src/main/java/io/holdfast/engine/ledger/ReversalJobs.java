package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.ReversedGroupRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The jobs by which a run makes rounds, and removes old copies; inside a transaction that holds the
 * run's row. Their workflows are children of the run's.
 */
final class ReversalJobs {
  private final Daos daos;
  private final PlanRunRow run;
  private final Instant now;

  ReversalJobs(Daos daos, PlanRunRow run, Instant now) {
    this.daos = daos;
    this.run = run;
    this.now = now;
  }

  /** The open round of this run, or a new one; empty when one has succeeded. */
  Optional<JobRow> round(UUID groupId) {
    List<JobRow> rounds = jobs(groupId, JobKind.REPLICATE_GROUP);
    Optional<JobRow> open = rounds.stream().filter(job -> !job.state().isFinal()).findFirst();
    if (open.isPresent()) {
      return open.map(this::again);
    }
    if (rounds.stream().anyMatch(job -> job.state() == JobState.SUCCEEDED)) {
      return Optional.empty();
    }
    ProtectionGroupRow group =
        daos.protectionGroups()
            .lock(groupId)
            .orElseThrow(() -> Rounds.missing("There is no such protection group"));
    requireIdle(groupId, group.name());
    return Optional.of(
        accept(JobKind.REPLICATE_GROUP, TargetType.PROTECTION_GROUP, group.id(), group.name()));
  }

  /** The open job that removes the old copy, or a new one; empty when it stays, or is gone. */
  Optional<JobRow> release(UUID source) {
    Optional<InstanceRow> found = daos.instances().lock(source);
    if (found.isEmpty() || isWanted(source)) {
      return Optional.empty();
    }
    Optional<JobRow> open =
        jobs(source, JobKind.DELETE_INSTANCE).stream()
            .filter(job -> !job.state().isFinal())
            .findFirst();
    if (open.isPresent()) {
      return open.map(this::again);
    }
    requireIdle(source, found.get().name());
    return Optional.of(
        accept(JobKind.DELETE_INSTANCE, TargetType.INSTANCE, source, found.get().name()));
  }

  /** No point has its volumes and its snapshots: they are not this run's to remove. */
  private boolean isWanted(UUID source) {
    return !daos.volumes().attachedTo(List.of(source)).isEmpty()
        || !daos.snapshots().ofInstance(source).isEmpty();
  }

  /** See {@link io.holdfast.workflows.activity.ReversalLedgerActivities#isProtected}. */
  boolean isProtected() {
    return daos.reversals().groups(run.id()).stream()
        .allMatch(group -> points(group).anyMatch(point -> isWhole(group, point)));
  }

  boolean hasNewPoint() {
    return daos.reversals().groups(run.id()).stream()
        .anyMatch(group -> points(group).findAny().isPresent());
  }

  private Stream<RecoveryPointRow> points(ReversedGroupRow group) {
    return group.reversedAt() == null
        ? Stream.empty()
        : daos.reversals().newPoints(group.groupId()).stream();
  }

  private boolean isWhole(ReversedGroupRow group, RecoveryPointRow point) {
    Set<UUID> has =
        daos.recoveryPoints().disks(point.id()).stream()
            .filter(
                disk ->
                    disk.root() != null
                        && Lookups.host(daos, disk.hostId()).siteId().equals(group.toSite()))
            .map(disk -> disk.instanceId())
            .collect(Collectors.toSet());
    return daos.protectionGroups().members(group.groupId()).stream()
        .allMatch(member -> has.contains(member.instanceId()));
  }

  private List<JobRow> jobs(UUID target, JobKind kind) {
    return daos.reversals().jobs(run.id(), target, kind.name()).stream()
        .flatMap(id -> daos.jobs().lock(id).stream())
        .toList();
  }

  /** The caller tries again by itself until whoever works there is done. */
  private void requireIdle(UUID target, String name) {
    daos.jobs()
        .activeJobOf(target)
        .ifPresent(
            job -> {
              throw Failures.of(FailureType.INTERNAL, "Job %s works on %s".formatted(job, name));
            });
  }

  /** A run that was lost is followed by one with a higher generation. */
  private JobRow again(JobRow job) {
    return job.startedAt() == null ? job : job.inGeneration(daos.jobs().nextGeneration(job.id()));
  }

  /** It is started by the run's workflow, so the outbox need not. */
  private JobRow accept(JobKind kind, TargetType type, UUID target, String name) {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("run", run.id().toString());
    JobRow job =
        JobRow.pending(
            UUID.randomUUID(), kind, type, target, name, request, "run " + run.id(), now);
    JobRow accepted = daos.jobs().accept(job, job.steps());
    daos.jobs().markDispatched(accepted.id(), now);
    return accepted;
  }
}
