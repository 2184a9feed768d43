package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
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
    asked.ifPresent(
        since ->
            hosts(daos, one.sourceId())
                .filter(host -> hasAnswered(host, since))
                .findFirst()
                .ifPresent(
                    host -> {
                      throw answers(host, one.sourceName());
                    }));
  }

  /** Of one on its way to another host, both ends. */
  private static Stream<HostRow> hosts(Daos daos, UUID source) {
    Stream<UUID> ends =
        daos.migrations().find(source).stream()
            .flatMap(move -> Stream.of(move.sourceHost(), move.targetHost()));
    Stream<UUID> own =
        daos.instances().findById(source).stream().flatMap(row -> Stream.ofNullable(row.hostId()));
    return Stream.concat(own, ends)
        .distinct()
        .flatMap(host -> daos.hosts().findById(host).stream());
  }

  private static ProblemException answers(HostRow host, String source) {
    return new ProblemException(
        ProblemCode.HOST_ANSWERS,
        "Host %s of %s has answered at %s, after the run had asked it in vain; resume the run, which asks it again"
            .formatted(host.name(), source, host.lastSeenAt()));
  }

  private static boolean hasAnswered(HostRow host, Instant since) {
    Instant seen = host.lastSeenAt();
    return host.unreachableSince() == null && seen != null && seen.isAfter(since);
  }
}
