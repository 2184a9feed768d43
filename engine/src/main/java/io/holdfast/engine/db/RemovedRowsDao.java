package io.holdfast.engine.db;

import java.util.UUID;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * The rows that came with a job and went with its undo. The job keeps them as they were, whichever
 * columns they have, so that a retry needs nothing to be entered again. What the undo gave back
 * (place, addresses) is left out.
 */
public interface RemovedRowsDao {
  @SqlUpdate(
      """
      update job set removed = (
        select jsonb_build_object(
          'instance',
          to_jsonb(i) || '{"host_id": null, "pool": null, "power_state": "UNKNOWN",
                           "power_seen_at": null, "addresses": []}',
          'ports',
          (select coalesce(jsonb_agg(to_jsonb(p) - 'ipv4'), '[]')
           from port p where p.instance_id = i.id))
        from instance i where i.id = job.target_id)
      where id = :job
      """)
  void keepInstance(UUID job);

  @SqlUpdate(
      """
      update job set removed = (
        select to_jsonb(v) || '{"host_id": null, "pool": null, "made_at": null,
                                "instance_id": null}'
        from volume v where v.id = job.target_id)
      where id = :job
      """)
  void keepVolume(UUID job);

  @SqlUpdate(
      """
      update job set removed = (
        select to_jsonb(n) || '{"claimed_bytes": null, "taken_at": null, "disks": []}'
        from snapshot n where n.id = job.target_id)
      where id = :job
      """)
  void keepSnapshot(UUID job);

  /** An image that was uploaded cannot come back: its content is gone. */
  @SqlUpdate(
      """
      update job set removed = to_jsonb(i), retryable = i.source_url is not null
      from image i where i.id = job.target_id and job.id = :job
      """)
  void keepImage(UUID job);

  /**
   * Brings back the instance that a job's undo removed; one that is there stays. Throws {@link
   * NameTakenException}, or {@link ReferenceGoneException} when its image, network, site or host
   * was deleted.
   */
  default void restoreInstance(JobRow job) {
    try {
      if (tryRestoreInstance(job.id()) == 0 && instanceIsMissing(job.targetId())) {
        throw new NameTakenException(job.targetName());
      }
      int unused = restorePorts(job.id());
    } catch (UnableToExecuteStatementException e) {
      throw gone(e);
    }
  }

  /** As {@link #restoreInstance}, for an image. */
  default void restoreImage(JobRow job) {
    if (tryRestoreImage(job.id()) == 0 && imageIsMissing(job.targetId())) {
      throw new NameTakenException(job.targetName());
    }
  }

  /** As {@link #restoreInstance}, for a volume. */
  default void restoreVolume(JobRow job) {
    try {
      if (tryRestoreVolume(job.id()) == 0 && volumeIsMissing(job.targetId())) {
        throw new NameTakenException(job.targetName());
      }
    } catch (UnableToExecuteStatementException e) {
      throw gone(e);
    }
  }

  /** As {@link #restoreInstance}, for a snapshot. */
  default void restoreSnapshot(JobRow job) {
    try {
      if (tryRestoreSnapshot(job.id()) == 0 && snapshotIsMissing(job.targetId())) {
        throw new NameTakenException(job.targetName());
      }
    } catch (UnableToExecuteStatementException e) {
      throw gone(e);
    }
  }

  private static RuntimeException gone(UnableToExecuteStatementException e) {
    return e.getCause() instanceof PSQLException cause
            && PSQLState.FOREIGN_KEY_VIOLATION.getState().equals(cause.getSQLState())
        ? new ReferenceGoneException(
            "The image, or a network, site or host that the job names, was deleted")
        : e;
  }

  @SqlQuery(
      """
      select coalesce(sum(restore_row('instance', removed -> 'instance')), 0) from job
      where id = :job and removed is not null
      """)
  int tryRestoreInstance(UUID job);

  @SqlQuery(
      """
      select coalesce(sum(restore_row('port', p)), 0)
      from job, jsonb_array_elements(job.removed -> 'ports') p
      where job.id = :job
      """)
  int restorePorts(UUID job);

  @SqlQuery(
      """
      select coalesce(sum(restore_row('image', removed)), 0) from job
      where id = :job and removed is not null
      """)
  int tryRestoreImage(UUID job);

  @SqlQuery(
      """
      select coalesce(sum(restore_row('volume', removed)), 0) from job
      where id = :job and removed is not null
      """)
  int tryRestoreVolume(UUID job);

  @SqlQuery(
      """
      select coalesce(sum(restore_row('snapshot', removed)), 0) from job
      where id = :job and removed is not null
      """)
  int tryRestoreSnapshot(UUID job);

  @SqlQuery("select not exists (select 1 from snapshot where id = :id)")
  boolean snapshotIsMissing(UUID id);

  @SqlQuery("select not exists (select 1 from volume where id = :id)")
  boolean volumeIsMissing(UUID id);

  @SqlQuery("select not exists (select 1 from instance where id = :id)")
  boolean instanceIsMissing(UUID id);

  @SqlQuery("select not exists (select 1 from image where id = :id)")
  boolean imageIsMissing(UUID id);
}
