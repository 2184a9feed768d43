package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.CensusItemRow;
import io.holdfast.engine.db.CensusRow;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.RunState;
import io.holdfast.engine.db.RunVerdict;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.CensusKind;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.RunKind;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.failure.ApplicationFailure;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A drill has passed only when all of it is as the plan says, and nothing of it is left. */
class RehearsalVerdictTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);
  private final HostRow host = inventory.host(inventory.site(), 8, 8192);
  private final RecoveryLedgerActivitiesImpl ledger =
      new RecoveryLedgerActivitiesImpl(database, Clock.systemUTC());
  private final Instant began = Inventory.now().minusSeconds(600);
  private final PlanRunRow run = run();

  @Test
  void tiersInTheirOrderPass() {
    member("db", 0, began.plusSeconds(1), began.plusSeconds(20));
    member("cache", 0, began.plusSeconds(2), began.plusSeconds(21));
    member("web", 1, began.plusSeconds(22), began.plusSeconds(40));
    assertThat(ended()).isEqualTo(RunVerdict.PASSED);
    assertThat(daos.planProofs().ofPlan(run.planId())).isPresent();
  }

  /** Every guest answers, and still the plan was not carried out. */
  @Test
  void tiersThatWereSwappedFail() {
    member("db", 0, began.plusSeconds(30), began.plusSeconds(50));
    member("web", 1, began.plusSeconds(1), began.plusSeconds(20));
    assertThat(ended()).isEqualTo(RunVerdict.FAILED);
    JsonNode result = Objects.requireNonNull(daos.jobs().find(run.id()).orElseThrow().result());
    assertThat(result.path("findings").get(0).asText())
        .isEqualTo("web of tier tier-1 began before db of tier tier-0 was recovered");
    assertThat(daos.planProofs().ofPlan(run.planId())).isEmpty();
  }

  @Test
  void anInstanceThatWasLeftOutFails() {
    member("db", 0, began.plusSeconds(1), null);
    assertThat(ended()).isEqualTo(RunVerdict.FAILED);
  }

  /** Whatever has brought it to its end. */
  @Test
  void aDrillWhoseRemovalNobodyHasReadBackFails() {
    member("db", 0, began.plusSeconds(1), began.plusSeconds(20));
    assertThat(endedAsItIs()).isEqualTo(RunVerdict.FAILED);
    assertThat(daos.planProofs().ofPlan(run.planId())).isEmpty();
  }

  @Test
  void aTestWhoseRemovalNobodyHasReadBackFails() {
    daos.planRuns().setCleanedUp(run.id(), UUID.randomUUID());
    assertThat(daos.planRuns().find(run.id()).orElseThrow().verdict()).isEqualTo(RunVerdict.FAILED);
  }

  /** The plan lets the run go on, and still the plan was not carried out. */
  @Test
  void aStepThatWasLeftOutFails() {
    member("db", 0, began.plusSeconds(1), began.plusSeconds(20));
    long now = Inventory.now().toEpochMilli();
    List<StepUpdate> updates =
        List.of(
            new StepUpdate("step-tell", StepState.RUNNING, 1, now, null, null),
            new StepUpdate("step-tell", StepState.SKIPPED, 1, now, "left out: status 503", null));
    daos.planProofs().begin(run.id(), run.planId(), List.of(run.planId()));
    daos.planRuns().setRemoved(run.id(), Inventory.now());
    ledger.completeRun(new JobId(run.id()), updates);
    assertThat(daos.planRuns().find(run.id()).orElseThrow().verdict()).isEqualTo(RunVerdict.FAILED);
    JsonNode result = Objects.requireNonNull(daos.jobs().find(run.id()).orElseThrow().result());
    assertThat(result.path("findings").get(0).asText())
        .isEqualTo("step-tell: left out: status 503");
    assertThat(daos.planProofs().ofPlan(run.planId())).isEmpty();
  }

  @Test
  void aCleanupThatRemovedEverythingHolds() {
    JobRow made = made();
    census(List.of());
    daos.instances().delete(made.targetId());
    ledger.requireTestRemoved(new JobId(run.id()));
    assertThat(daos.planRuns().find(run.id()).orElseThrow().removedAt()).isNotNull();
  }

  @Test
  void aCleanupThatDidNothingFails() {
    JobRow made = made();
    census(List.of(item(made, CensusKind.DOMAIN, "hf-x"), item(made, CensusKind.VOLUME, "v")));
    assertThat(remains())
        .containsExactly(
            "the ledger has instance " + made.targetName(),
            "%s has DOMAIN hf-x".formatted(host.name()),
            "%s has VOLUME v".formatted(host.name()));
  }

  @Test
  void aCleanupThatLeftOneFileFails() {
    JobRow made = made();
    daos.instances().delete(made.targetId());
    census(List.of(item(made, CensusKind.VOLUME, "left.qcow2")));
    assertThat(remains()).containsExactly("%s has VOLUME left.qcow2".formatted(host.name()));
    assertThat(daos.planRuns().find(run.id()).orElseThrow().removedAt()).isNull();
  }

  private List<String> remains() {
    List<String> found = new java.util.ArrayList<>();
    assertThatThrownBy(() -> ledger.requireTestRemoved(new JobId(run.id())))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> {
              JobFailure described = Failures.describe(failure);
              assertThat(described.type()).isEqualTo(FailureType.TEST_NOT_REMOVED);
              found.addAll(described.causes());
            });
    return found;
  }

  private @Nullable RunVerdict ended() {
    daos.planRuns().setRemoved(run.id(), Inventory.now());
    return endedAsItIs();
  }

  private @Nullable RunVerdict endedAsItIs() {
    daos.planProofs().begin(run.id(), run.planId(), List.of(run.planId()));
    ledger.completeRun(new JobId(run.id()), List.of());
    return daos.planRuns().find(run.id()).orElseThrow().verdict();
  }

  /** What a promotion of the run made: an instance, with its job. */
  private JobRow made() {
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    member("db", 0, began.plusSeconds(1), null);
    UUID promotion = UUID.randomUUID();
    daos.jobs().succeed(made.id(), JsonNodeFactory.instance.objectNode(), Inventory.now());
    JobRow job =
        JobRow.pending(
            promotion,
            JobKind.PROMOTE_INSTANCE,
            TargetType.INSTANCE,
            made.targetId(),
            made.targetName(),
            JsonNodeFactory.instance.objectNode().put("run", run.id().toString()),
            "run",
            Inventory.now());
    daos.jobs().accept(job, job.steps());
    daos.jobs().succeed(promotion, JsonNodeFactory.instance.objectNode(), Inventory.now());
    return job;
  }

  private CensusItemRow item(JobRow made, CensusKind kind, String name) {
    return new CensusItemRow(
        host.id(), kind, "", name, made.targetId(), made.id(), 0, "", null, Inventory.now());
  }

  private void census(List<CensusItemRow> items) {
    daos.censuses().replace(new CensusRow(host.id(), Inventory.now(), "d" + items.size()), items);
  }

  private void member(String name, int tier, Instant started, @Nullable Instant recovered) {
    daos.planRuns()
        .insertInstances(
            List.of(
                new PlanRunInstanceRow(
                    run.id(),
                    UUID.randomUUID(),
                    name,
                    "tier-" + tier,
                    tier,
                    0,
                    4,
                    FailurePolicy.STOP,
                    1,
                    List.of(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    List.of(),
                    host.id(),
                    host.name(),
                    null,
                    List.of(),
                    null,
                    1,
                    null,
                    null,
                    null,
                    recovered == null ? RunState.FAILED : RunState.RECOVERED,
                    started,
                    recovered,
                    List.of(),
                    null,
                    null)));
  }

  private PlanRunRow run() {
    RecoveryPlanRow plan =
        new RecoveryPlanRow(
            UUID.randomUUID(),
            "default",
            Inventory.name("plan"),
            host.siteId(),
            1,
            new PlanDefinition(List.of(), List.of(), null),
            began,
            began);
    daos.recoveryPlans().insert(plan);
    PlanRunRow row = PlanRunRow.of(UUID.randomUUID(), plan, RunKind.DRILL, null, began);
    daos.planRuns().insert(row);
    JobRow job =
        JobRow.pending(
                row.id(),
                JobKind.DRILL,
                TargetType.RECOVERY_PLAN,
                plan.id(),
                plan.name(),
                request(),
                "tester",
                began)
            .with(JobPolicy.DEFAULT);
    daos.jobs().accept(job, job.steps());
    return row;
  }

  private static JsonNode request() {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.putArray(JobRow.TIERS).add("tier-0");
    request.putObject(JobRow.BEFORE).putArray("tier-0").add("tell");
    return request;
  }
}
