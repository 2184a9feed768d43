package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.MigrationRow;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import java.util.Optional;
import java.util.UUID;

/**
 * Moves that ended in the middle of their handover, since a person skipped what was to find out
 * whose the instance is, or released its lease: it may run where the ledger does not look. Nothing
 * works on it but another move to the same host, which asks both first.
 */
public final class UndecidedMoves {
  private UndecidedMoves() {}

  /** Why nothing may be done with the instance, and the way out; empty when its place is known. */
  public static Optional<String> words(Daos daos, UUID instance) {
    return daos.migrations().undecided(instance).map(move -> words(daos, move));
  }

  /** The same of what a job is about, or works on beside. */
  public static Optional<String> ofJob(Daos daos, JobRow job) {
    return daos.migrations().undecidedOf(job.id(), job.targetId()).map(move -> words(daos, move));
  }

  /** For a run: fails with OWNER_UNKNOWN, so that a person is asked. */
  static void requireNone(Daos daos, UUID instance, String name) {
    words(daos, instance)
        .ifPresent(
            words -> {
              throw Failures.of(FailureType.OWNER_UNKNOWN, name + ": " + words);
            });
  }

  private static String words(Daos daos, MigrationRow move) {
    String target = Lookups.host(daos, move.targetHost()).name();
    return "It may be on %s or on %s: its move, job %s, ended before that was known; send :migrate to %s, which asks both"
        .formatted(Lookups.host(daos, move.sourceHost()).name(), target, move.jobId(), target);
  }
}
