package io.holdfast.engine.api;

import io.holdfast.engine.core.LeaseService.Lease;
import io.holdfast.engine.db.LeaseRow;
import io.holdfast.workflows.model.JobKind;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A lease: one job at a time may change a resource.
 *
 * @param resource what is held
 * @param job that holds it; its end gives the lease back
 * @param holder who submitted the job
 * @param lastSignOfLife when the job's run was last heard of
 * @param generation of the run; hosts refuse calls of lower ones
 */
public record LeaseBody(
    JobBody.Target resource,
    UUID job,
    JobKind kind,
    String holder,
    Instant since,
    long ageSeconds,
    @Nullable Instant lastSignOfLife,
    long generation) {
  /** Null when nobody holds the resource. */
  public static @Nullable LeaseBody ofNullable(@Nullable Lease lease) {
    return lease == null ? null : of(lease);
  }

  public static LeaseBody of(Lease lease) {
    LeaseRow row = lease.row();
    String type = row.targetType().noun();
    return new LeaseBody(
        new JobBody.Target(type, row.targetId(), row.targetName()),
        row.jobId(),
        row.kind(),
        row.submittedBy(),
        row.createdAt(),
        lease.age().toSeconds(),
        row.aliveAt(),
        row.generation());
  }
}
