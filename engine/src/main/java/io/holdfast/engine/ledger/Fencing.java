package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.FencingProofRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.workflows.model.FenceOrder;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.Ownership;
import io.holdfast.workflows.model.Ownership.Holder;
import io.holdfast.workflows.model.ProofKind;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The one place that says whether an instance may be started elsewhere: only when something proves
 * that the source does not run any more, and cannot start again behind our back. Inside a
 * transaction that holds the run's row.
 */
final class Fencing {
  private final Daos daos;
  private final PlanRunRow run;
  private final UUID promotion;
  private final Instant now;

  Fencing(Daos daos, PlanRunRow run, UUID promotion, Instant now) {
    this.daos = daos;
    this.run = run;
    this.promotion = promotion;
    this.now = now;
  }

  /** The epoch is raised first: from then on no host is told that the source is its own. */
  FenceOrder fence(UUID source) {
    if (run.kind().rehearses()) {
      return FenceOrder.proven("a rehearsal runs beside its source, in networks of its own");
    }
    Optional<InstanceRow> row = daos.instances().lock(source);
    if (row.isEmpty()) {
      return FenceOrder.proven("the source was deleted");
    }
    long epoch = daos.ownerships().fence(source, promotion, now);
    UUID host = row.get().hostId();
    return new FenceOrder(
        run.kind().isPlanned() ? null : proof(source).map(Fencing::words).orElse(null),
        new Ownership(new InstanceId(source), epoch, Holder.NOBODY),
        host == null ? null : Lookups.ref(Lookups.host(daos, host)),
        row.get().pool(),
        run.kind().isPlanned());
  }

  private Optional<FencingProofRow> proof(UUID source) {
    return daos.planRuns().proofs(run.id()).stream()
        .filter(proof -> proof.instanceId() == null || proof.instanceId().equals(source))
        .filter(proof -> proof.proof().equals(ProofKind.OPERATOR.name())) // others are of a moment
        .findFirst();
  }

  /** What was found out by asking; it is no proof for a later attempt, which asks again. */
  String record(UUID source, ProofKind kind, String by, String words) {
    FencingProofRow proof =
        new FencingProofRow(UUID.randomUUID(), run.id(), source, kind.name(), words, by, now);
    daos.planRuns().insertProof(proof);
    return words(proof);
  }

  private static String words(FencingProofRow proof) {
    return "%s: %s said so at %s%s"
        .formatted(
            proof.proof(),
            proof.givenBy(),
            proof.givenAt(),
            proof.reason() == null ? "" : ": " + proof.reason());
  }
}
