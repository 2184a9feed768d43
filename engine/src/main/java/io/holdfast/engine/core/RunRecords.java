package io.holdfast.engine.core;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PlanRunScreenRow;
import io.holdfast.engine.db.RunEditRow;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.evidence.SigningKey;
import io.holdfast.engine.recovery.LeftOutSteps;
import io.holdfast.engine.recovery.RunRecord;
import io.holdfast.engine.recovery.TierOrder;
import io.holdfast.workflows.model.JobVerb;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts together what a run leaves for its report. */
public final class RunRecords {
  private final Database database;
  private final RunService runs;

  public RunRecords(Database database, RunService runs) {
    this.database = database;
    this.runs = runs;
  }

  /** Of a run by its id. */
  public RunRecord get(String id) {
    PlanRun run = runs.get(id);
    PlanRunRow row = run.row();
    JobRow job = run.job().row();
    return new RunRecord(
        row.id(),
        row.kind(),
        row.planId(),
        row.planName(),
        row.planVersion(),
        run.site(),
        run.progress().name(),
        row.verdict(),
        job.submittedBy(),
        row.reason(),
        row.triggeredAt(),
        job.endedAt(),
        row.rtoMillis(),
        row.rpoMillis(),
        run.job().decisions().stream()
            .filter(decision -> decision.verb() == JobVerb.APPROVE)
            .map(RunRecords::approval)
            .toList(),
        run.proofs().stream()
            .map(
                proof ->
                    new RunRecord.Fence(
                        proof.instanceId(),
                        proof.proof(),
                        proof.reason(),
                        proof.givenBy(),
                        proof.givenAt()))
            .toList(),
        StepRecords.of(run),
        timeline(database.daos(), run),
        tiers(run, screens(database.daos(), row.id())),
        Stream.concat(
                TierOrder.broken(run.instances()).stream(),
                LeftOutSteps.of(run.planSteps()).stream())
            .toList(),
        cleanup(row),
        reversed(run.reversal()),
        run.edits().stream().flatMap(RunRecords::edits).toList());
  }

  private static Stream<RunRecord.Edit> edits(RunEditRow row) {
    return row.changes().stream()
        .map(
            one ->
                new RunRecord.Edit(
                    row.editedAt(),
                    row.editedBy(),
                    row.reason(),
                    one.instance(),
                    one.field(),
                    one.from().toString(),
                    one.to().toString()));
  }

  private static RunRecord.Approval approval(DecisionRow decision) {
    return new RunRecord.Approval(decision.decidedBy(), decision.reason(), decision.decidedAt());
  }

  /** Of the run's own steps, and of those that made its instances. */
  private static List<RunRecord.Moment> timeline(Daos daos, PlanRun run) {
    List<RunRecord.Moment> moments = new ArrayList<>();
    run.job().steps().forEach(step -> moments(moments, run.row().planName(), step));
    Map<UUID, String> names = new LinkedHashMap<>();
    for (PlanRunInstanceRow instance : run.instances()) {
      UUID job = instance.jobId();
      if (job != null) {
        names.put(job, instance.sourceName());
      }
    }
    daos.jobs()
        .stepsOf(List.copyOf(names.keySet()))
        .forEach(step -> moments(moments, Objects.requireNonNull(names.get(step.jobId())), step));
    moments.sort(Comparator.comparing(RunRecord.Moment::at));
    return moments;
  }

  private static void moments(List<RunRecord.Moment> moments, String subject, StepRow step) {
    if (step.startedAt() != null) {
      moments.add(
          new RunRecord.Moment(step.startedAt(), subject, step.name(), "RUNNING", step.detail()));
    }
    if (step.endedAt() != null) {
      String detail = step.error() == null ? step.detail() : step.error().message();
      moments.add(
          new RunRecord.Moment(step.endedAt(), subject, step.name(), step.state().name(), detail));
    }
  }

  private static Map<UUID, RunRecord.Screen> screens(Daos daos, UUID run) {
    return daos.planRuns().screens(run).stream()
        .collect(toMap(PlanRunScreenRow::sourceId, RunRecords::screen));
  }

  private static RunRecord.Screen screen(PlanRunScreenRow row) {
    String png = row.png();
    return new RunRecord.Screen(
        png == null ? null : SigningKey.sha256(Base64.getDecoder().decode(png)),
        png,
        row.missing());
  }

  private static List<RunRecord.Tier> tiers(PlanRun run, Map<UUID, RunRecord.Screen> screens) {
    Instant triggered = run.row().triggeredAt();
    Map<String, List<PlanRunInstanceRow>> byTier =
        run.instances().stream()
            .collect(groupingBy(PlanRunInstanceRow::tier, LinkedHashMap::new, toList()));
    List<RunRecord.Tier> tiers = new ArrayList<>();
    byTier.forEach(
        (name, rows) ->
            tiers.add(
                new RunRecord.Tier(
                    name,
                    most(rows, row -> row.rtoMillis(triggered)),
                    most(rows, row -> row.rpoMillis(triggered)),
                    rows.stream()
                        .map(row -> instance(run.row(), row, screens.get(row.sourceId())))
                        .toList())));
    return tiers;
  }

  /** Null when one of them has none. */
  private static @Nullable Long most(
      List<PlanRunInstanceRow> rows, Function<PlanRunInstanceRow, @Nullable Long> millis) {
    Long most = null;
    for (PlanRunInstanceRow row : rows) {
      Long one = millis.apply(row);
      if (one == null) {
        return null;
      }
      most = most == null ? one : Math.max(most, one);
    }
    return most;
  }

  private static RunRecord.RecoveredInstance instance(
      PlanRunRow run, PlanRunInstanceRow row, RunRecord.@Nullable Screen screen) {
    Instant triggered = run.triggeredAt();
    String error = row.error();
    return new RunRecord.RecoveredInstance(
        row.sourceId(),
        row.sourceName(),
        row.instanceId(),
        row.instanceName(),
        row.hostName(),
        row.state().name(),
        point(row),
        size(row.size()),
        row.nics().stream()
            .map(nic -> new RunRecord.Nic(nic.fromName(), nic.networkName(), nic.address()))
            .toList(),
        row.results().stream()
            .map(
                probe ->
                    new RunRecord.Probe(
                        probe.kind().name(), probe.target(), true, probe.millis(), probe.seen()))
            .toList(),
        checks(run, row),
        row.startedAt(),
        row.recoveredAt(),
        row.rtoMillis(triggered),
        row.rpoMillis(triggered),
        error == null ? row.refusal() : error,
        row.console(),
        screen);
  }

  private static RunRecord.@Nullable Size size(@Nullable NamedSize size) {
    return size == null ? null : new RunRecord.Size(size.vcpus(), size.memoryMiB());
  }

  /** A rehearsal's replica boots only when all of it was read and has the root of its seal. */
  private static List<RunRecord.Check> checks(PlanRunRow run, PlanRunInstanceRow row) {
    if (!run.kind().rehearses() || row.recoveredAt() == null) {
      return List.of();
    }
    return row.disks().stream()
        .map(
            disk ->
                new RunRecord.Check(
                    "CHECKSUM",
                    "disk " + disk.name(),
                    true,
                    "read before it booted; its root is the sealed one, " + disk.root()))
        .toList();
  }

  private static RunRecord.@Nullable Point point(PlanRunInstanceRow row) {
    UUID id = row.pointId();
    if (id == null) {
      return null;
    }
    return new RunRecord.Point(
        id,
        Objects.requireNonNull(row.pointNumber()),
        String.valueOf(row.groupName()),
        Objects.requireNonNull(row.takenAt()),
        row.verifiedAt(),
        row.disks().stream()
            .map(disk -> new RunRecord.Disk(disk.name(), disk.bytes(), disk.root()))
            .toList());
  }

  private static RunRecord.@Nullable Cleanup cleanup(PlanRunRow row) {
    UUID job = row.cleanupJob();
    if (job == null && row.removedAt() == null) {
      return null;
    }
    return new RunRecord.Cleanup(
        job == null ? row.id() : job, row.removedAt() != null, row.removedAt());
  }

  private static List<RunRecord.Reversed> reversed(ReversalRecord reversal) {
    return reversal.instances().stream()
        .map(
            one ->
                new RunRecord.Reversed(
                    one.sourceName(),
                    one.successorName(),
                    reversal.group(one).groupName(),
                    one.hostName(),
                    reversal.group(one).pointId(),
                    one.releasedAt(),
                    reversal.lost(one).stream()
                        .map(lost -> new RunRecord.Lost(lost.disk(), lost.bytes(), lost.ranges()))
                        .toList()))
        .toList();
  }
}
