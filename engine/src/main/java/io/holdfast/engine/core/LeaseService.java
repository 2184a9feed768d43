package io.holdfast.engine.core;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.LeaseRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who holds what, and since when. */
public final class LeaseService {
  private final Database database;
  private final Acceptance acceptance;
  private final Clock clock;

  public LeaseService(Database database, Acceptance acceptance, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /** A lease with its age. */
  public record Lease(LeaseRow row, Duration age) {}

  /** {@code name}: of the resource; null is any. */
  public List<Lease> list(PageRequest page, @Nullable String name) {
    Instant now = clock.instant();
    return database.daos().leases().list(page, name).stream().map(row -> of(row, now)).toList();
  }

  /** The leases of those that are busy, by resource. */
  public Map<UUID, Lease> of(List<UUID> resources) {
    Instant now = clock.instant();
    return resources.isEmpty()
        ? Map.of()
        : database.daos().leases().of(resources).stream()
            .collect(toMap(LeaseRow::targetId, row -> of(row, now)));
  }

  public Optional<Lease> of(UUID resource) {
    return Optional.ofNullable(of(List.of(resource)).get(resource));
  }

  /**
   * Takes a resource from the job that holds it. The job's target is the holder, whose row holds
   * the resource until it ends.
   *
   * @param resource id of what is held
   * @param reason kept with both jobs
   */
  public JobRow forceRelease(Submission submission, String resource, String reason) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          LeaseRow held =
              Lookup.uuid(resource)
                  .flatMap(id -> daos.leases().of(List.of(id)).stream().findFirst())
                  .orElseThrow(() -> Lookup.missing("lease"));
          return JobRow.pending(
              jobId,
              JobKind.RELEASE_LEASE,
              TargetType.LEASE,
              held.jobId(),
              held.targetName(),
              JsonNodeFactory.instance.objectNode().put("reason", reason),
              submission.caller(),
              Moment.now(clock));
        });
  }

  private static Lease of(LeaseRow row, Instant now) {
    return new Lease(row, Duration.between(row.createdAt(), now));
  }
}
