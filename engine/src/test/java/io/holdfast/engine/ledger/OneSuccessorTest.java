package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.FencingProofRow;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.MigrationRow;
import io.holdfast.engine.db.PlanDefinition.Member;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.FenceOrder;
import io.holdfast.workflows.model.FencedPlace;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.GuestScreen;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.ProofKind;
import io.holdfast.workflows.model.RunKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever plans name an instance, and whatever became of it: one takes over from it. */
class OneSuccessorTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Instant now = Inventory.now();
  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);
  private final RecoveryLedgerActivitiesImpl ledger =
      new RecoveryLedgerActivitiesImpl(database, Clock.systemUTC());
  private final SiteRow alpha = inventory.site();
  private final SiteRow beta = inventory.site();
  private final HostRow here = inventory.host(alpha, 4, 8192);
  private final HostRow beside = inventory.host(alpha, 4, 8192);
  private final HostRow there = inventory.host(beta, 4, 8192);

  private UUID source = UUID.randomUUID();

  @BeforeEach
  void anInstanceWithAPoint() {
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    daos.instances().setPlace(made.targetId(), here.id(), "default");
    daos.jobs().succeed(made.id(), JsonNodeFactory.instance.objectNode(), now);
    source = made.targetId();
    ProtectionGroupRow group =
        Inventory.group(Inventory.name("group"), beta, now.plusSeconds(9999), Duration.ofHours(1));
    daos.protectionGroups().insert(group);
    daos.protectionGroups().tryInsertMember(source, group.id(), 0);
    new Points(database).available(UUID.randomUUID(), group, List.of("root"));
  }

  @Test
  void ofTwoPlansOneRecoversIt() {
    JobId first = planned();
    JobId second = planned();
    JobRequest one = promotion(first);
    JobRequest other = promotion(second);
    assertThat(ledger.fenceSource(one.job()).host()).isNotNull();
    assertRefused(() -> ledger.fenceSource(other.job()), one.job().toString());
    complete(one);
    assertRefused(() -> ledger.fenceSource(other.job()), nameOf(one));
    assertRefused(() -> complete(other), nameOf(one));
    assertThat(daos.planRuns().promotedFrom(source)).contains(one.target());
    assertRefused(() -> promotion(planned()), "All instances of the plan were recovered before");
  }

  /** Who gave up has left it to the next one. */
  @Test
  void aPromotionThatEndedIsInNobodysWay() {
    JobRequest one = promotion(planned());
    JobRequest other = promotion(planned());
    long taken = Objects.requireNonNull(ledger.fenceSource(one.job()).ownership()).epoch();
    daos.jobs().end(one.job().value(), JobState.FAILED, null, null, true, now);
    assertThat(Objects.requireNonNull(ledger.fenceSource(other.job()).ownership()).epoch())
        .isGreaterThan(taken);
  }

  /** Its points stay, and so does what is known of it while anybody has its role. */
  @Test
  void aDeletedOldCopyIsNotRecoveredBesideItsSuccessor() {
    JobRequest one = promotion(planned());
    ledger.fenceSource(one.job());
    complete(one);
    daos.instances().delete(source);
    assertRefused(this::planned, "All instances of the plan were recovered before");
    assertThat(daos.planRuns().promote(source, UUID.randomUUID(), UUID.randomUUID(), now)).isZero();
    daos.instances().delete(one.target());
    assertThat(promotion(planned()).target()).isNotEqualTo(one.target());
  }

  @Test
  void aSourceOnItsWayIsFencedAtBothEnds() {
    JobRequest one = promotion(planned());
    daos.migrations()
        .insert(
            new MigrationRow(
                source,
                UUID.randomUUID(),
                here.id(),
                "default",
                beside.id(),
                "fast",
                1,
                512,
                1,
                false,
                false,
                false,
                false,
                now));
    assertThat(ledger.fenceSource(one.job()).places())
        .isEqualTo(
            List.of(
                new FencedPlace(Lookups.ref(here), "default"),
                new FencedPlace(Lookups.ref(beside), "fast")));
  }

  /** A host that came back, and was cut off again, may run what it ran. */
  @Test
  void aWordCountsUntilTheHostIsHeardOf() {
    JobId run = planned();
    JobRequest one = promotion(run);
    daos.planRuns()
        .insertProof(
            new FencingProofRow(
                UUID.randomUUID(),
                run.value(),
                null,
                ProofKind.OPERATOR.name(),
                "its power is off",
                "ann",
                now.plusSeconds(60)));
    FenceOrder order = ledger.fenceSource(one.job());
    assertThat(order.proof()).contains("its power is off");
    daos.hosts().setSeen(here.id(), now.plusSeconds(61));
    assertThat(ledger.fenceSource(one.job()).proof()).isNull();
  }

  /** What was in the way of a failover is looked at again before it is tried again. */
  @Test
  void whatWasInTheWayWhenAFailoverBeganIsLookedAtAgain() {
    UUID other = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of()).targetId();
    daos.instances().setPlace(other, here.id(), "default");
    JobId run = begin(Member.of(source, "db"));
    daos.hosts().setState(there.id(), HostState.MAINTENANCE);
    assertRefused(() -> ledger.planRun(run), "MAINTENANCE");
    daos.hosts().setState(there.id(), HostState.ACTIVE);
    ledger.planRun(run);
    daos.runSteering().refuse(run.value(), source, "the host is MAINTENANCE");
    daos.hosts().setState(there.id(), HostState.MAINTENANCE);
    assertRefused(() -> promotion(run), "MAINTENANCE");
    daos.hosts().setState(there.id(), HostState.ACTIVE);
    assertThat(promotion(run).target()).isNotEqualTo(source);
  }

  /** What an attempt could not remove keeps its name. */
  @Test
  void anAttemptBesideWhatAnotherLeftHasANameOfItsOwn() {
    JobId run = planned();
    JobRequest one = promotion(run);
    daos.jobs().end(one.job().value(), JobState.FAILED, null, null, true, now);
    JobRequest next = promotion(run);
    assertThat(nameOf(next)).isEqualTo(nameOf(one) + "-2");
  }

  private void complete(JobRequest promotion) {
    ledger.completePromotion(
        promotion.job(),
        promotion.instance(),
        GuestReport.NONE,
        List.of(),
        "",
        GuestScreen.missing("none"),
        List.of());
  }

  private String nameOf(JobRequest promotion) {
    return daos.instances().findById(promotion.target()).orElseThrow().name();
  }

  private static void assertRefused(ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .satisfies(
            failure -> {
              assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.RECOVERY_REFUSED);
              assertThat(Failures.describe(failure).toString()).contains(words);
            });
  }

  private JobRequest promotion(JobId run) {
    return Objects.requireNonNull(ledger.beginPromotion(run, new InstanceId(source)), "begun");
  }

  private JobId planned() {
    JobId run = begin(Member.of(source, "db"));
    ledger.planRun(run);
    return run;
  }

  private JobId begin(Member member) {
    return RecoveryRuns.begin(daos, beta, RunKind.DISASTER_RECOVERY, member);
  }
}
