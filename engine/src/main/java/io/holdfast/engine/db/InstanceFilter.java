package io.holdfast.engine.db;

import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * Which instances to list; null is any.
 *
 * @param labels each must be there with its value
 * @param siteId of the host where it was placed, else the one asked for
 * @param state as the API shows it
 */
public record InstanceFilter(
    @Nullable String name,
    @Json Map<String, String> labels,
    @Nullable UUID siteId,
    @Nullable UUID hostId,
    @Nullable String state) {
  public static final InstanceFilter ANY = new InstanceFilter(null, Map.of(), null, null, null);

  /** As InstanceBody says it of the same row. */
  private static final String STATE =
      """
       and :state = case
         when t.instance_id is not null and f.suspected_at is not null then 'SPLIT_BRAIN_SUSPECTED'
         when t.instance_id is not null then 'RECOVERED'
         when j.kind in ('CREATE_INSTANCE', 'RESTORE_POINT', 'CLONE_SNAPSHOT', 'PROMOTE_INSTANCE')
           then 'PROVISIONING'
         when j.kind = 'DELETE_INSTANCE' then 'DELETING'
         when j.kind = 'MIGRATE_INSTANCE' then 'MIGRATING'
         when i.power_state = 'RUNNING' then 'ACTIVE'
         when i.power_state = 'SHUTOFF' then 'STOPPED'
         else 'ERROR' end
      """;

  /** Only what is asked for, so that PostgreSQL plans each combination by itself. */
  String conditions() {
    StringBuilder sql = new StringBuilder();
    if (name != null) {
      sql.append(" and i.name = :name");
    }
    if (!labels.isEmpty()) {
      sql.append(" and i.labels @> :labels");
    }
    if (siteId != null) {
      sql.append(
          """
           and (i.host_id in (select id from host where site_id = :siteId)
                or i.host_id is null and i.site_id = :siteId)
          """);
    }
    if (hostId != null) {
      sql.append(" and i.host_id = :hostId");
    }
    if (state != null) {
      sql.append(STATE);
    }
    return sql.toString();
  }
}
