package io.holdfast.engine.db;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Proofs are voided by triggers, in the transaction of the change; see V17. */
public interface PlanProofDao {
  /** The one that counts: of the last run that passed. */
  @SqlQuery(
      """
      select * from plan_proof where plan_id = :plan and verified_at is not null
      order by verified_at desc limit 1
      """)
  Optional<PlanProofRow> ofPlan(UUID plan);

  /** Those that count, of all plans. */
  @SqlQuery(
      """
      select distinct on (plan_id) * from plan_proof where verified_at is not null
      order by plan_id, verified_at desc
      """)
  List<PlanProofRow> all();

  /** The last rehearsal of the plan with a verdict. */
  @SqlQuery(
      """
      select * from plan_run
      where plan_id = :plan and kind in ('TEST', 'DRILL') and verdict is not null
      order by triggered_at desc limit 1
      """)
  Optional<PlanRunRow> lastRehearsal(UUID plan);

  /** What the run rests on, from now on. A plan that was deleted meanwhile is proven by nothing. */
  default void begin(UUID run, UUID plan, Collection<UUID> subjects) {
    if (insert(run, plan) == 1) {
      insertSubjects(run, subjects.stream().distinct().sorted().toList());
    }
  }

  @SqlUpdate(
      """
      insert into plan_proof (run_id, plan_id)
      select :run, id from recovery_plan where id = :plan
      on conflict do nothing
      """)
  int insert(UUID run, UUID plan);

  @SqlUpdate("insert into plan_proof_subject (run_id, subject_id) select :run, unnest(:subjects)")
  void insertSubjects(UUID run, List<UUID> subjects);

  /** The plan was changed while the run was settled, or before. */
  @SqlUpdate(
      """
      update plan_proof set voided_at = :at, voided_by = :words
      where run_id = :run and voided_at is null
      """)
  void voidProof(UUID run, String words, Instant at);

  /** The run has passed; older proofs are of no use any more. */
  default void verify(UUID run, UUID plan, Instant at, Instant until) {
    setVerified(run, at, until);
    deleteOthers(run, plan);
  }

  @SqlUpdate("update plan_proof set verified_at = :at, verified_until = :until where run_id = :run")
  void setVerified(UUID run, Instant at, Instant until);

  @SqlUpdate(
      """
      delete from plan_proof
      where plan_id = :plan and run_id <> :run and (
        verified_at is not null
        or exists (select from job j where j.id = run_id and j.ended_at is not null))
      """)
  void deleteOthers(UUID run, UUID plan);
}
