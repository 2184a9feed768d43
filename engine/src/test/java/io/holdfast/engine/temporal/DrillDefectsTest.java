package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanProofRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.RunVerdict;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.Steps;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Drills through the real workflows and ledger, on a host with a defect: none of them passes, and
 * each says why. See docs/drills.md for what notices the defects on a host itself.
 */
class DrillDefectsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  @RegisterExtension final PretendedPlan site = new PretendedPlan(POSTGRES.database());

  private final Daos daos = site.daos;

  /** Without a defect: what the others lack. */
  @Test
  void aDrillPassesAndLeavesNothing() {
    JobRow drill = site.until(drill(), JobState.SUCCEEDED);
    assertThat(site.run(drill).verdict()).isEqualTo(RunVerdict.PASSED);
    assertThat(daos.planProofs().ofPlan(site.plan.id()).map(PlanProofRow::verifiedAt)).isPresent();
    assertThat(daos.planRuns().instances(drill.id()))
        .allSatisfy(one -> assertThat(one.results()).hasSize(1));
    site.assertNothingIsLeft();
  }

  @Test
  void aReplicaThatIsNotWhatWasSealedIsSeen() {
    site.recovery.replicasBroken = true;
    assertFailed(FailureType.REPLICA_BROKEN, "Leaf 7 is not what was sealed");
  }

  @Test
  void aGuestThatBootsAndDoesNothingIsSeen() {
    site.recovery.guestsIdle = true;
    assertFailed(FailureType.PROBE_FAILED, "Nobody listens at 10.140.");
  }

  @Test
  void aPointThatIsOlderThanItsRpoIsSeen() {
    Duration age = Duration.ofHours(3);
    daos.recoveryPoints().setTaken(site.point, Inventory.now().minus(age), 0, List.of());
    assertFailed(FailureType.RECOVERY_REFUSED, "and the RPO is PT1H");
  }

  /** Each call said that it had removed something. */
  @Test
  void aCleanupThatDidNothingIsSeenAndNeverPasses() {
    site.host.keepsDomains = true;
    site.host.keepsVolumes = true;
    JobFailure seen = assertNotRemoved();
    assertThat(seen.causes()).hasSize(4).anyMatch(line -> line.contains(" has DOMAIN "));
  }

  @Test
  void aCleanupThatLeftOneFileIsSeenAndNeverPasses() {
    site.host.keepsVolumes = true;
    JobFailure seen = assertNotRemoved();
    assertThat(seen.causes())
        .hasSize(2)
        .allMatch(line -> line.contains(site.keeper.name() + " has VOLUMES "));
  }

  /** Nothing is touched, and the first person is not the second. */
  @Test
  void aFailoverThatNobodyApprovedDoesNothing() {
    JobRow failover =
        site.runs.failOver(PretendedPlan.by("alice"), site.plan.name(), "the site burns", null);
    site.until(failover, JobState.WAITING_FOR_APPROVAL);
    assertThatThrownBy(() -> site.decide(failover, JobVerb.APPROVE))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("alice asked for this run");
    assertThat(daos.planRuns().instances(failover.id())).isEmpty();
    assertThat(daos.ownerships().fenced(site.db)).isEmpty();
    site.assertNothingIsLeft();
    site.decide(failover, JobVerb.CANCEL);
    site.until(failover, JobState.CANCELLED);
    assertThat(site.run(failover).verdict()).isEqualTo(RunVerdict.FAILED);
    site.assertNothingIsLeft();
  }

  private void assertFailed(FailureType type, String words) {
    JobRow drill = site.until(drill(), JobState.FAILED);
    JobFailure failure = Objects.requireNonNull(drill.error());
    assertThat(failure.type()).isEqualTo(type);
    assertThat(failure.causes())
        .anyMatch(
            line -> line.startsWith(site.name(site.db)) || line.contains(site.name(site.db) + ":"))
        .anyMatch(line -> line.contains(words));
    assertThat(drill.undone()).isTrue();
    assertNotPassed(drill);
    site.assertNothingIsLeft();
  }

  /** It asks a person; whoever waves it through does not make it pass. */
  private JobFailure assertNotRemoved() {
    JobRow drill = site.until(drill(), JobState.BLOCKED);
    assertNotPassed(drill);
    JobFailure seen =
        daos.jobs().steps(drill.id()).stream()
            .filter(step -> step.name().equals(Steps.VERIFY_REMOVAL))
            .map(StepRow::error)
            .flatMap(error -> Optional.ofNullable(error).stream())
            .findFirst()
            .orElseThrow();
    assertThat(seen.type()).isEqualTo(FailureType.TEST_NOT_REMOVED);
    site.decide(drill, JobVerb.SKIP);
    JobRow ended = site.until(drill, JobState.FAILED);
    assertThat(ended.undone()).isFalse();
    assertThat(site.run(drill).verdict()).isEqualTo(RunVerdict.FAILED);
    assertNotPassed(drill);
    return seen;
  }

  private void assertNotPassed(JobRow drill) {
    assertThat(site.run(drill).verdict()).isNotEqualTo(RunVerdict.PASSED);
    assertThat(daos.planProofs().ofPlan(site.plan.id())).isEmpty();
  }

  private JobRow drill() {
    return site.runs.drill(PretendedPlan.by("alice"), site.plan.name(), null, "PT10M");
  }
}
