package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.PlanTiers;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy.OnFailure;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What is asked of a run of a plan before it begins: of a new one as of one that is retried. */
final class RunRules {
  private RunRules() {}

  /** A disaster waits for nothing; every other run waits for the cleanup of a test. */
  static void requireNotStanding(Daos daos, JobKind kind, RecoveryPlanRow plan) {
    if (kind != JobKind.FAILOVER_PLAN) {
      requireNoTest(daos, plan);
    }
  }

  /** A drill ends by itself, at its deadline at the latest: it must not wait for a person. */
  static void requireAsksNobody(JobKind kind, Submission submission) {
    if (kind == JobKind.DRILL && submission.onFailure().equals(Optional.of(OnFailure.PAUSE))) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "onFailure",
          "onFailure: a drill asks nobody, since it ends by its deadline; look into it with a"
              + " test");
    }
  }

  static void requireNoTest(Daos daos, RecoveryPlanRow plan) {
    daos.planRuns()
        .standingTest(plan.id())
        .ifPresent(
            test -> {
              throw ProblemException.ofJob(
                  ProblemCode.TEST_NOT_CLEANED_UP,
                  test.id(),
                  "Test %s of %s has guests; clean it up first".formatted(test.id(), plan.name()));
            });
  }

  /** Of a failover, also when another plan wants them for one of the same instances. */
  static boolean wantsTwoPersons(Daos daos, JobKind kind, RecoveryPlanRow plan) {
    if (kind != JobKind.FAILOVER_PLAN) {
      return false;
    }
    if (plan.definition().twoPersons()) {
      return true;
    }
    Set<UUID> instances = PlanTiers.instances(daos, plan.definition());
    return daos.recoveryPlans().wantingTwoPersons().stream()
        .map(other -> PlanTiers.instances(daos, other.definition()))
        .anyMatch(others -> !Collections.disjoint(instances, others));
  }
}
