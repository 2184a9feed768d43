package io.holdfast.engine.db;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

public interface BandwidthLimitDao {
  @SqlQuery("select * from bandwidth_limit where from_site = :from and to_site = :to")
  Optional<BandwidthLimitRow> find(UUID from, UUID to);

  @SqlQuery("select * from bandwidth_limit where from_site = :from order by to_site")
  List<BandwidthLimitRow> from(UUID from);

  @SqlUpdate(
      """
      insert into bandwidth_limit
        (from_site, to_site, mib_per_second, time_zone, windows, changed_at)
      values (:fromSite, :toSite, :mibPerSecond, :timeZone, :windows, :changedAt)
      on conflict (from_site, to_site) do update
        set mib_per_second = :mibPerSecond, time_zone = :timeZone, windows = :windows,
            changed_at = :changedAt
      """)
  void put(@BindMethods BandwidthLimitRow limit);

  /** Hosts of a site that may send: all that were ever discovered. */
  @SqlQuery("select count(*) from host where site_id = :site and state <> 'REGISTERED'")
  int senders(UUID site);
}
