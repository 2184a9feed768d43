package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A person's word that hosts are off, held against what these have said since the run asked them in
 * vain: one that has answered meanwhile is not off, and proves more by itself.
 */
final class FencingWord {
  private FencingWord() {}

  /** {@code instance}: whom the word is about; null: all that the run has not recovered. */
  static void requireSilent(Daos daos, UUID run, @Nullable UUID instance) {
    daos.planRuns().instances(run).stream()
        .filter(one -> one.recoveredAt() == null)
        .filter(one -> instance == null || instance.equals(one.sourceId()))
        .forEach(one -> requireSilent(daos, one));
  }

  private static void requireSilent(Daos daos, PlanRunInstanceRow one) {
    Optional<Instant> asked =
        Optional.ofNullable(one.jobId())
            .flatMap(daos.jobs()::find)
            .flatMap(job -> Optional.ofNullable(job.endedAt()));
    Optional<HostRow> host =
        daos.instances()
            .findById(one.sourceId())
            .flatMap(source -> Optional.ofNullable(source.hostId()))
            .flatMap(daos.hosts()::findById);
    if (asked.isPresent() && host.isPresent() && hasAnswered(host.get(), asked.get())) {
      throw new ProblemException(
          ProblemCode.HOST_ANSWERS,
          "Host %s of %s has answered at %s, after the run had asked it in vain; resume the run, which asks it again"
              .formatted(host.get().name(), one.sourceName(), host.get().lastSeenAt()));
    }
  }

  private static boolean hasAnswered(HostRow host, Instant since) {
    Instant seen = host.lastSeenAt();
    return host.unreachableSince() == null && seen != null && seen.isAfter(since);
  }
}
