package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.FencingProofRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.FenceOrder;
import io.holdfast.workflows.model.FencedPlace;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.Ownership;
import io.holdfast.workflows.model.Ownership.Holder;
import io.holdfast.workflows.model.ProofKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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
    requireNoSuccessor(daos, source);
    if (row.isEmpty()) {
      return FenceOrder.proven("the source was deleted");
    }
    requireNoOther(source);
    long epoch = daos.ownerships().fence(source, promotion, now);
    UUID host = row.get().hostId();
    FenceOrder order =
        new FenceOrder(
            null,
            new Ownership(new InstanceId(source), epoch, Holder.NOBODY),
            host == null ? null : Lookups.ref(Lookups.host(daos, host)),
            row.get().pool(),
            run.kind().isPlanned(),
            otherEnd(row.get()));
    return order.planned() ? order : order.withProof(proof(source, order.places()));
  }

  /** Of two plans with one instance, one recovers it. */
  static void requireNoSuccessor(Daos daos, UUID source) {
    if (!daos.planRuns().promotedAmong(List.of(source)).isEmpty()) {
      throw hasSuccessor(daos, source);
    }
  }

  /** Nothing locks a source that was deleted: of two that record themselves, one is first. */
  static RuntimeException hasSuccessor(Daos daos, UUID source) {
    UUID successor = daos.planRuns().promotedFrom(source).orElseThrow();
    return Failures.of(
        FailureType.RECOVERY_REFUSED,
        "Instance %s has taken over from it"
            .formatted(
                daos.instances()
                    .findById(successor)
                    .map(InstanceRow::name)
                    .orElse(successor.toString())));
  }

  private void requireNoOther(UUID source) {
    Optional<JobRow> other =
        daos.ownerships()
            .fenced(source)
            .filter(fenced -> !fenced.jobId().equals(promotion))
            .flatMap(fenced -> daos.jobs().find(fenced.jobId()))
            .filter(job -> !job.state().isFinal());
    if (other.isPresent()) {
      throw Failures.of(
          FailureType.RECOVERY_REFUSED,
          "Job %s of %s takes over from it".formatted(other.get().id(), other.get().submittedBy()));
    }
  }

  /** The guest of a move may be at either end until that has ended, whatever the ledger says. */
  private @Nullable FencedPlace otherEnd(InstanceRow row) {
    return daos.migrations()
        .find(row.id())
        .map(
            move ->
                move.targetHost().equals(row.hostId())
                    ? place(move.sourceHost(), move.sourcePool())
                    : place(move.targetHost(), move.targetPool()))
        .orElse(null);
  }

  private FencedPlace place(UUID host, String pool) {
    return new FencedPlace(Lookups.ref(Lookups.host(daos, host)), pool);
  }

  /**
   * A person's word, while nothing was heard of the hosts since; what else proves is of a moment.
   */
  private @Nullable String proof(UUID source, List<FencedPlace> places) {
    return daos.planRuns().proofs(run.id()).stream()
        .filter(proof -> proof.instanceId() == null || proof.instanceId().equals(source))
        .filter(proof -> proof.proof().equals(ProofKind.OPERATOR.name()))
        .filter(proof -> places.stream().noneMatch(at -> wasHeardOf(at, proof.givenAt())))
        .findFirst()
        .map(Fencing::words)
        .orElse(null);
  }

  private boolean wasHeardOf(FencedPlace place, Instant since) {
    Instant seen = Lookups.host(daos, place.host().id().value()).lastSeenAt();
    return seen != null && seen.isAfter(since);
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
