package io.holdfast.engine.core;

import io.holdfast.config.CalloutSettings;
import io.holdfast.engine.db.BusyException;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.RecoveryFacts;
import io.holdfast.engine.recovery.Readiness;
import io.holdfast.workflows.model.RunKind;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Recovery plans: definitions with versions. Their runs are jobs; see {@link RunService}. */
public final class RecoveryPlanService {
  private final Database database;
  private final Acceptance acceptance;
  private final CalloutSettings callouts;
  private final Clock clock;

  /** {@code callouts}: whether there is a secret to sign them with, and where they may go. */
  public RecoveryPlanService(
      Database database, Acceptance acceptance, CalloutSettings callouts, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.callouts = callouts;
    this.clock = clock;
  }

  /** Names that a plan's ids have now, and whether it could be carried out. */
  public record Named(
      RecoveryPlanRow plan, String site, Map<UUID, String> networks, Readiness readiness) {}

  public Named create(Submission submission, NewRecoveryPlan wanted) {
    return acceptance.definition(
        submission,
        UUID.randomUUID(),
        (daos, id) -> {
          Instant now = Moment.now(clock);
          PlanDefinition definition = PlanDefinitions.of(daos, wanted, callouts);
          RecoveryPlanRow plan =
              new RecoveryPlanRow(
                  id, "default", wanted.name(), site(daos, wanted).id(), 1, definition, now, now);
          daos.recoveryPlans().insert(plan);
          return named(daos, plan);
        },
        (daos, id) -> daos.recoveryPlans().findById(id).map(plan -> named(daos, plan)));
  }

  /** A new version; runs that have begun keep theirs. {@code expected} judges the one before. */
  public Named replace(
      Submission submission, String reference, NewRecoveryPlan wanted, LongPredicate expected) {
    return acceptance.change(
        submission,
        named -> named.plan().id(),
        daos -> {
          RecoveryPlanRow plan = locked(daos, reference);
          if (!expected.test(plan.version())) {
            throw new ProblemException(
                ProblemCode.PRECONDITION_FAILED,
                "The recovery plan has changed; its ETag is now \"%d\"".formatted(plan.version()));
          }
          PlanDefinition definition = PlanDefinitions.of(daos, wanted, callouts);
          if (plan.definition().isLoosenedBy(definition)) {
            requireAdmin(submission, plan);
          }
          UUID site = site(daos, wanted).id();
          daos.recoveryPlans()
              .replace(plan.id(), wanted.name(), site, definition, Moment.now(clock));
          return named(daos, daos.recoveryPlans().findById(plan.id()).orElseThrow());
        });
  }

  /**
   * Its runs stay: they are evidence. Refused while a job works on it, a test of it stands, or a
   * schedule begins drills of it.
   */
  public Named delete(Submission submission, String reference) {
    return acceptance.definition(
        submission,
        find(database.daos(), reference).id(),
        (daos, id) -> {
          RecoveryPlanRow plan = locked(daos, id.toString());
          try {
            daos.jobs().takeTurn(plan.id());
          } catch (BusyException busy) {
            throw Acceptance.busy(TargetType.RECOVERY_PLAN, plan.name(), busy);
          }
          RunRules.requireNoTest(daos, plan);
          requireNoSchedule(daos, plan);
          if (plan.definition().twoPersons()) {
            requireAdmin(submission, plan);
          }
          daos.recoveryPlans().delete(plan.id());
          return named(daos, plan);
        },
        (daos, id) -> daos.recoveryPlans().findById(id).map(plan -> named(daos, plan)));
  }

  public List<Named> list(PageRequest page, @Nullable String name) {
    Daos daos = database.daos();
    return daos.recoveryPlans().list(page, name).stream().map(plan -> named(daos, plan)).toList();
  }

  /** By id or name. */
  public Named get(String reference) {
    Daos daos = database.daos();
    return named(daos, find(daos, reference));
  }

  private Named named(Daos daos, RecoveryPlanRow plan) {
    Map<UUID, String> networks = new HashMap<>();
    for (PlanDefinition.Mapping mapping : plan.definition().networks()) {
      Stream.of(mapping.from(), mapping.failover(), mapping.test())
          .filter(Objects::nonNull)
          .forEach(
              id ->
                  networks.put(
                      id,
                      daos.networks().findById(id).map(NetworkRow::name).orElse(id.toString())));
    }
    return new Named(
        plan,
        daos.sites().findById(plan.siteId()).map(SiteRow::name).orElseThrow(),
        networks,
        readiness(daos, plan));
  }

  private Readiness readiness(Daos daos, RecoveryPlanRow plan) {
    Instant now = clock.instant();
    return Readiness.of(
        new RecoveryFacts(daos)
            .plan(RunKind.DRILL, plan.definition(), plan.siteId(), now)
            .refusals(),
        daos.planProofs().lastRehearsal(plan.id()).orElse(null),
        daos.planProofs().ofPlan(plan.id()).orElse(null),
        now);
  }

  /** Else whoever needs a second person for a failover takes the rule away first. */
  private static void requireAdmin(Submission submission, RecoveryPlanRow plan) {
    if (!submission.has(Role.ADMIN)) {
      throw new ProblemException(
          ProblemCode.FORBIDDEN,
          "%s wants two persons for a failover (policy.twoPersons); only an administrator takes that from it, or from what it names"
              .formatted(plan.name()));
    }
  }

  private static void requireNoSchedule(Daos daos, RecoveryPlanRow plan) {
    daos.drillSchedules()
        .ofPlan(plan.id())
        .ifPresent(
            schedule -> {
              throw new ProblemException(
                  ProblemCode.IN_USE,
                  "Drill schedule %s begins drills of %s; delete it first"
                      .formatted(schedule.name(), plan.name()));
            });
  }

  private static SiteRow site(Daos daos, NewRecoveryPlan wanted) {
    return Lookup.inField(
        "site",
        "recoverySite",
        wanted.recoverySite(),
        daos.sites()::findById,
        daos.sites()::findByName);
  }

  static RecoveryPlanRow find(Daos daos, String reference) {
    return Lookup.inPath(
        "recovery plan",
        reference,
        daos.recoveryPlans()::findById,
        daos.recoveryPlans()::findByName);
  }

  static RecoveryPlanRow locked(Daos daos, String reference) {
    return daos.recoveryPlans()
        .lock(find(daos, reference).id())
        .orElseThrow(() -> Lookup.missing("recovery plan"));
  }
}
