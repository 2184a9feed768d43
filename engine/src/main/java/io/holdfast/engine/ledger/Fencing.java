package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.FencingProofRow;
import io.holdfast.engine.db.PlanRunRow;
import java.util.Optional;
import java.util.UUID;

/**
 * The one place that says whether an instance may be started elsewhere: only when something proves
 * that the source does not run any more, and cannot start again behind our back.
 */
final class Fencing {
  private final Daos daos;

  Fencing(Daos daos) {
    this.daos = daos;
  }

  /** What proves it, for people; empty when nothing does. */
  Optional<String> proof(PlanRunRow run, UUID source) {
    if (run.kind().rehearses()) {
      return Optional.of("a rehearsal runs beside its source, in networks of its own");
    }
    if (daos.instances().findById(source).isEmpty()) {
      return Optional.of("the source was deleted");
    }
    return daos.planRuns().proofs(run.id()).stream()
        .filter(proof -> proof.instanceId() == null || proof.instanceId().equals(source))
        .findFirst()
        .map(Fencing::words);
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
