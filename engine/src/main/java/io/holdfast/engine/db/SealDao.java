package io.holdfast.engine.db;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Which key the secrets in JSON columns are sealed with, wherever in them they stand. */
public interface SealDao {
  /** A row's JSON, and the instance whose secrets are in it. */
  record Holder(UUID id, UUID instanceId, @Json JsonNode json) {}

  /**
   * Instances whose secrets are in clear (accepted before there was a seal) or under another key
   * than this one. Rows that somebody changes are passed over: a reader of the rows that are left
   * comes again.
   */
  @SqlQuery(
      """
      select id, id as instance_id, spec as json from instance
      where id > :after
        and (spec->'sshKeys' is not null or spec->'userData' is not null
             or jsonb_path_exists(spec, '$.**.secrets.key ? (@ != $key)',
                                  jsonb_build_object('key', :key)))
      order by id limit 100
      for update skip locked
      """)
  List<Holder> instancesNotUnder(String key, UUID after);

  /** As for instances; a job keeps the rows that its undo removed, for a retry. */
  @SqlQuery(
      """
      select id, target_id as instance_id, removed as json from job
      where id > :after and removed is not null
        and jsonb_path_exists(removed, '$.**.secrets.key ? (@ != $key)',
                              jsonb_build_object('key', :key))
      order by id limit 100
      for update skip locked
      """)
  List<Holder> jobsNotUnder(String key, UUID after);

  @SqlUpdate("update instance set spec = :json where id = :id")
  void setSpec(UUID id, @Json JsonNode json);

  @SqlUpdate("update job set removed = :json where id = :id")
  void setRemoved(UUID id, @Json JsonNode json);
}
