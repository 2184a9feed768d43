package io.holdfast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.engine.ledger.LedgerActivitiesImpl;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.RunKind;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A person says that a host is off, and the ledger knows when it was last heard of. */
class FencingWordTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Instant asked = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.MILLIS);
  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final HostRow host = inventory.host(inventory.site(), 4, 8192);
  private final UUID run = UUID.randomUUID();
  private final UUID promotion = UUID.randomUUID();
  private UUID instance = UUID.randomUUID();

  @BeforeEach
  void anInstanceOnTheHostAndARunOfIt() {
    inventory.onlyActive(host);
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    instance = made.targetId();
    new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), Clock.systemUTC())
        .reserve(new JobId(made.id()), new InstanceId(instance));
    RecoveryPlanRow plan =
        new RecoveryPlanRow(
            UUID.randomUUID(),
            "default",
            Inventory.name("plan"),
            host.siteId(),
            1,
            new PlanDefinition(List.of(), List.of(), null),
            asked,
            asked);
    database
        .daos()
        .planRuns()
        .insert(PlanRunRow.of(run, plan, RunKind.DISASTER_RECOVERY, null, asked));
    JobRow job =
        JobRow.pending(
            promotion,
            JobKind.PROMOTE_INSTANCE,
            TargetType.INSTANCE,
            UUID.randomUUID(),
            "made",
            JsonNodeFactory.instance.objectNode().put("run", run.toString()),
            "run",
            asked);
    database.daos().jobs().accept(job, job.steps());
  }

  @Test
  void aHostThatAnsweredAfterItHadBeenAskedInVainIsNotOff() {
    member(promotion, null);
    askedInVain();
    database.daos().hosts().setSeen(host.id(), asked.plusSeconds(1));
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> requireSilent(null));
    assertThat(refused.code()).isEqualTo(ProblemCode.HOST_ANSWERS);
    assertThat(refused).hasMessageContaining(host.name());
    assertThat(catchThrowableOfType(ProblemException.class, () -> requireSilent(instance)))
        .isNotNull();
    requireSilent(UUID.randomUUID()); // of another one nothing was heard
  }

  @Test
  void aHostThatIsSilentAgainMayBeOff() {
    member(promotion, null);
    askedInVain();
    database.daos().hosts().setSeen(host.id(), asked.plusSeconds(1));
    database.daos().hosts().setSilent(host.id(), asked.plusSeconds(20));
    requireSilent(null);
  }

  /** What the engine knew before says nothing: a host that has just lost its power looks alive. */
  @Test
  void aHostThatWasHeardOfBeforeItWasAskedMayBeOff() {
    member(promotion, null);
    database.daos().hosts().setSeen(host.id(), asked.minusSeconds(1));
    requireSilent(null);
    askedInVain();
    requireSilent(null);
  }

  @Test
  void whatWasRecoveredNeedsNoWord() {
    member(promotion, asked);
    askedInVain();
    database.daos().hosts().setSeen(host.id(), asked.plusSeconds(1));
    requireSilent(null);
  }

  private void requireSilent(@Nullable UUID of) {
    database.useTransaction(daos -> FencingWord.requireSilent(daos, run, of));
  }

  /** Its promotion has failed. */
  private void askedInVain() {
    new JobActivitiesImpl(database, Clock.fixed(asked, ZoneOffset.UTC))
        .endJob(
            new JobId(promotion), JobOutcome.of(JobState.FAILED, null, true, List.of()), List.of());
  }

  private void member(UUID job, @Nullable Instant recovered) {
    database
        .daos()
        .planRuns()
        .insertInstances(
            List.of(
                new PlanRunInstanceRow(
                    run,
                    instance,
                    "db",
                    "data",
                    0,
                    0,
                    1,
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
                    job,
                    null,
                    null,
                    recovered == null ? RunState.RUNNING : RunState.RECOVERED,
                    asked,
                    recovered,
                    List.of(),
                    null,
                    null)));
  }
}
