package io.holdfast.engine.recovery;

import io.holdfast.engine.db.PlanProofRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.RunVerdict;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whether a recovery plan could be carried out now, and whether that was proven. It is never
 * stored: it derives from the last rehearsals, and from what is in the plan's way at this moment.
 *
 * @param until when the proof ends; null unless VERIFIED
 * @param reasons why it is not VERIFIED, for people
 * @param run the rehearsal that says so, or null
 */
public record Readiness(
    State state, @Nullable Instant until, List<String> reasons, @Nullable UUID run) {

  /** See docs/operating.md. */
  public enum State {
    /** No rehearsal has passed, or it proves nothing any more. */
    NEEDS_VERIFICATION,
    VERIFIED,
    /** The last rehearsal has failed. */
    NOT_VERIFIED,
    /** A rehearsal would be refused now. */
    BLOCKED
  }

  /**
   * Of a plan.
   *
   * @param refusals what a rehearsal would meet now
   * @param last the last rehearsal with a verdict
   * @param proof of the last one that passed
   */
  public static Readiness of(
      List<RunRefusal> refusals,
      @Nullable PlanRunRow last,
      @Nullable PlanProofRow proof,
      Instant now) {
    List<String> inTheWay =
        refusals.stream().filter(RunRefusal::stops).map(RunRefusal::line).toList();
    if (!inTheWay.isEmpty()) {
      return new Readiness(State.BLOCKED, null, inTheWay, null);
    }
    if (last != null && last.verdict() == RunVerdict.FAILED) {
      String failed = "%s %s has failed".formatted(last.kind(), last.id());
      return new Readiness(State.NOT_VERIFIED, null, List.of(failed), last.id());
    }
    if (proof == null) {
      return new Readiness(
          State.NEEDS_VERIFICATION, null, List.of("no test or drill of it has passed"), null);
    }
    return proven(proof, now);
  }

  private static Readiness proven(PlanProofRow proof, Instant now) {
    String changed = proof.voidedBy();
    if (changed != null) {
      String words = "%s, at %s".formatted(changed, proof.voidedAt());
      return new Readiness(State.NEEDS_VERIFICATION, null, List.of(words), proof.runId());
    }
    Instant until = Objects.requireNonNull(proof.verifiedUntil(), "of a run that passed");
    if (until.isAfter(now)) {
      return new Readiness(State.VERIFIED, until, List.of(), proof.runId());
    }
    String words = "what run %s has proven held until %s".formatted(proof.runId(), until);
    return new Readiness(State.NEEDS_VERIFICATION, null, List.of(words), proof.runId());
  }
}
