package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.ReversedGroupRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.model.JobKind;
import java.time.Instant;
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
  private final RunJobs jobs;

  ReversalJobs(Daos daos, PlanRunRow run, Instant now) {
    this.daos = daos;
    this.run = run;
    jobs = new RunJobs(daos, run, now);
  }

  /** The open round at the old site, or a new one; empty when one has succeeded. */
  Optional<JobRow> round(UUID groupId) {
    return jobs.round(groupId, RunJobs.FIRST_ROUND);
  }

  /** The open job that removes the old copy, or a new one; empty when it stays, or is gone. */
  Optional<JobRow> release(UUID source) {
    Optional<InstanceRow> found = daos.instances().lock(source);
    if (found.isEmpty() || hasSnapshots(source)) {
      return Optional.empty();
    }
    return Optional.of(
        jobs.open(source, RunJobs.RELEASE)
            .orElseGet(
                () ->
                    jobs.accept(
                        JobKind.DELETE_INSTANCE,
                        TargetType.INSTANCE,
                        source,
                        found.get().name(),
                        RunJobs.request(RunJobs.RELEASE))));
  }

  /** No point has them: they are not this run's to remove. Its volumes outlive it by themselves. */
  private boolean hasSnapshots(UUID source) {
    return !daos.snapshots().ofInstance(source).isEmpty();
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
}
