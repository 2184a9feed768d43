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
 */
public record InstanceFilter(
    @Nullable String name,
    @Json Map<String, String> labels,
    @Nullable UUID siteId,
    @Nullable UUID hostId) {
  public static final InstanceFilter ANY = new InstanceFilter(null, Map.of(), null, null);

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
    return sql.toString();
  }
}
