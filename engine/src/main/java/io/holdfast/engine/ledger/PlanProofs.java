package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.RecoveryPlanRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a rehearsal proves of its plan; inside a transaction that holds the run's row. The proof is
 * void as soon as anything changes that the run rested on: see the triggers of V17.
 */
final class PlanProofs {
  private final Daos daos;
  private final PlanRunRow run;

  PlanProofs(Daos daos, PlanRunRow run) {
    this.daos = daos;
    this.run = run;
  }

  /**
   * True of a promotion for a test or a drill: it proves nothing of a point that nobody has read. A
   * disaster does not wait for that.
   */
  static boolean isRehearsed(Daos daos, JobRow promotion) {
    return Optional.ofNullable(promotion.request().path("run").textValue())
        .map(UUID::fromString)
        .flatMap(daos.planRuns()::find)
        .filter(run -> run.kind().rehearses())
        .isPresent();
  }

  /** Of a run that was just settled: from now on each change counts. */
  void begin(Instant now) {
    daos.planProofs().begin(run.id(), run.planId(), subjects());
    Optional<Long> version =
        daos.recoveryPlans().findById(run.planId()).map(RecoveryPlanRow::version);
    if (version.isPresent() && version.get() != run.planVersion()) {
      String words = "recovery plan %s has changed: version".formatted(run.planName());
      daos.planProofs().voidProof(run.id(), words, now);
    }
  }

  /** Of a run that passed. */
  void verify(Instant now) {
    daos.planProofs().verify(run.id(), run.planId(), now, now.plus(run.definition().verifiedFor()));
  }

  private Set<UUID> subjects() {
    Set<UUID> subjects = new HashSet<>();
    subjects.add(run.planId());
    for (PlanDefinition.Tier tier : run.definition().tiers()) {
      tier.groups().forEach(group -> subjects.add(group.id()));
    }
    for (PlanDefinition.Mapping mapping : run.definition().networks()) {
      add(subjects, mapping.failover());
      add(subjects, mapping.test());
    }
    List<UUID> sources = new ArrayList<>();
    for (PlanRunInstanceRow member : daos.planRuns().instances(run.id())) {
      sources.add(member.sourceId());
      add(subjects, member.hostId());
    }
    subjects.addAll(sources);
    daos.protectionGroups().membersAmong(sources).forEach(row -> subjects.add(row.groupId()));
    daos.instances().findAll(sources).forEach(row -> add(subjects, row.hostId()));
    daos.instances().portsOf(sources).forEach(port -> subjects.add(port.port().networkId()));
    return subjects;
  }

  private static void add(Set<UUID> subjects, @Nullable UUID id) {
    if (id != null) {
      subjects.add(id);
    }
  }
}
