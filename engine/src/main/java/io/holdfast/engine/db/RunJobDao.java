package io.holdfast.engine.db;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** What runs of recovery plans have others do. */
public interface RunJobDao {
  /** The jobs that a run began for a target and for one purpose, the newest first. */
  @SqlQuery(
      """
      select id from job
      where target_id = :target and request ->> 'run' = cast(:run as text)
        and request ->> 'purpose' = :purpose
      order by created_at desc
      """)
  List<UUID> jobs(UUID run, UUID target, String purpose);

  /** One that was found to run once did run, whatever is said of it later. */
  @SqlUpdate(
      """
      insert into stopped_guest (job_id, instance_id, ran) values (:job, :instance, :ran)
      on conflict (job_id, instance_id) do update set ran = stopped_guest.ran or excluded.ran
      """)
  void noteGuest(UUID job, UUID instance, boolean ran);

  @SqlQuery("select ran from stopped_guest where job_id = :job and instance_id = :instance")
  Optional<Boolean> ran(UUID job, UUID instance);

  /** Before a run is settled anew. */
  @SqlUpdate("delete from plan_run_instance where run_id = :run and job_id is null")
  void unsettle(UUID run);

  @SqlQuery("select exists (select from promotion where run_id = :run)")
  boolean hasRecovered(UUID run);
}
