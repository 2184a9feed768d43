package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PointChoice;
import io.holdfast.engine.recovery.PlannedRun;
import io.holdfast.engine.recovery.PlannedRun.PlannedHost;
import io.holdfast.engine.recovery.PlannedRun.PlannedInstance;
import io.holdfast.engine.recovery.PlannedRun.PlannedPoint;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Settles anew what a run does of one instance that it has not begun, by the planner of runs, which
 * looks at the host and its room as well; inside a transaction that holds the run's row.
 */
public final class RunRepin {
  private final Daos daos;
  private final PlanRunRow run;
  private final PlanRunInstanceRow row;

  public RunRepin(Daos daos, PlanRunRow run, PlanRunInstanceRow row) {
    this.daos = daos;
    this.run = run;
    this.row = row;
  }

  /** From the point that its plan wants. */
  public PlannedRun plan(Instant now) {
    return planned(member(), now);
  }

  /** {@code at}: for {@link PointChoice#AT}. */
  public PlannedRun plan(PointChoice point, @Nullable Instant at, Instant now) {
    return planned(member().withPoint(point, at), now);
  }

  private PlannedRun planned(PlanDefinition.Member member, Instant now) {
    PlanDefinition.Tier tier =
        new PlanDefinition.Tier(
            row.tier(), 1, List.of(member), List.of(), List.of(), List.of(), List.of());
    PlanDefinition alone = new PlanDefinition(List.of(tier), run.definition().networks(), null);
    return new RecoveryFacts(daos).plan(run, alone, now);
  }

  private PlanDefinition.Member member() {
    return run.definition()
        .member(row.sourceId())
        .orElseGet(() -> PlanDefinition.Member.of(row.sourceId(), row.sourceName()));
  }

  /** Returns the point. {@code planned}: one that is clear. */
  public PlannedPoint write(PlannedRun planned) {
    PlannedInstance chosen = planned.tiers().get(0).instances().get(0);
    PlannedPoint found = Objects.requireNonNull(chosen.point(), "clear");
    PlannedHost host = Objects.requireNonNull(chosen.host(), "clear");
    daos.runSteering()
        .setPoint(
            run.id(),
            row.sourceId(),
            found.id(),
            found.number(),
            found.group(),
            found.takenAt(),
            found.verifiedAt(),
            found.disks().stream()
                .map(disk -> new PlanRunInstanceRow.Disk(disk.name(), disk.bytes(), disk.root()))
                .toList(),
            host.id(),
            host.name(),
            Objects.requireNonNull(chosen.size(), "clear"),
            row.pointId() == null ? nics(chosen) : row.nics());
    return found;
  }

  /** Only a failover goes on without a point, and its networks are none of the run's own. */
  private static List<PlanRunInstanceRow.Nic> nics(PlannedInstance chosen) {
    return chosen.nics().stream()
        .map(
            nic ->
                new PlanRunInstanceRow.Nic(
                    nic.from(), nic.fromName(), networkOf(nic), nic.toName(), nic.address()))
        .toList();
  }

  private static UUID networkOf(PlannedRun.PlannedNic nic) {
    return Objects.requireNonNull(nic.to(), "a network that is there");
  }
}
