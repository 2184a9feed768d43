package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanDefinition.Mapping;
import io.holdfast.engine.db.PlanDefinition.Member;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RunState;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.RunKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Runs of plans with one instance, accepted and not yet begun. */
final class RecoveryRuns {
  private RecoveryRuns() {}

  static JobId begin(Daos daos, SiteRow site, RunKind kind, Member member, Mapping... networks) {
    return accept(
        daos,
        plan(daos, site, member, networks),
        kind,
        kind == RunKind.TEST ? JobKind.TEST_PLAN : JobKind.FAILOVER_PLAN,
        JsonNodeFactory.instance.objectNode());
  }

  static RecoveryPlanRow plan(Daos daos, SiteRow site, Member member, Mapping... networks) {
    Instant now = Inventory.now();
    PlanDefinition.Tier tier =
        new PlanDefinition.Tier(
            "data", 1, List.of(member), List.of(), List.of(), List.of(), List.of());
    RecoveryPlanRow plan =
        new RecoveryPlanRow(
            UUID.randomUUID(),
            "default",
            Inventory.name("plan"),
            site.id(),
            1,
            new PlanDefinition(List.of(tier), List.of(networks), null),
            now,
            now);
    daos.recoveryPlans().insert(plan);
    return plan;
  }

  static JobId accept(
      Daos daos, RecoveryPlanRow plan, RunKind kind, JobKind jobKind, ObjectNode request) {
    Instant now = Inventory.now();
    UUID id = UUID.randomUUID();
    daos.planRuns().insert(PlanRunRow.of(id, plan, kind, null, now));
    JobRow job =
        JobRow.pending(
            id, jobKind, TargetType.RECOVERY_PLAN, plan.id(), plan.name(), request, "tester", now);
    daos.jobs().accept(job, job.steps());
    return new JobId(id);
  }

  /** The run has recovered the source as the successor, from that point. */
  static void promote(Daos daos, JobId run, UUID source, UUID successor, RecoveryPointRow point) {
    PlanRunInstanceRow recovered =
        new PlanRunInstanceRow(
            run.value(),
            source,
            "db",
            "data",
            0,
            0,
            1,
            FailurePolicy.STOP,
            1,
            List.of(),
            point.id(),
            point.number(),
            "group",
            point.takenAt(),
            null,
            List.of(),
            null,
            null,
            null,
            List.of(),
            null,
            1,
            null,
            successor,
            "db-dr",
            RunState.RECOVERED,
            Inventory.now(),
            Inventory.now(),
            List.of(),
            null,
            null);
    daos.planRuns().insertInstances(List.of(recovered));
    daos.planRuns().promote(source, successor, run.value(), Inventory.now());
  }
}
