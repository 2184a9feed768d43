import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Instances of {@link Rows} with a recovery point each, written beside them: what a real point of a
 * real instance has, over and over, spread over hosts at the recovery site.
 */
final class ProtectedRows implements AutoCloseable {
  private static final int MEMBERS = 100; // as many as a group may have
  private static final String GROUP = "bench-row-group-";

  private final Rows rows;

  ProtectedRows(Rows rows) throws SQLException {
    this.rows = rows;
    clear();
  }

  /** A member of a plan; {@code replica}: the name of its file, without what comes around it. */
  record Member(String name, String replica, int host) {}

  /**
   * Protects all instances of {@link Rows#instances}.
   *
   * @param point the real one
   * @param hosts names of registered ones, in the order of {@link Member#host}
   */
  List<Member> protect(UUID point, List<String> hosts) throws SQLException {
    rows.update(
        """
        insert into protection_group (id, name, target_site, rpo_millis, retention, next_round_at,
                                      last_number, created_at)
        select gen_random_uuid(), ? || n, (select id from site where name = 'beta'), 604800000,
               '{"keepLast": 1}', now() + interval '7 days', 1, now()
        from generate_series(0, (select (count(*) - 1) / ? from instance where name like ?)) n
        """,
        GROUP, MEMBERS, Rows.PREFIX + "%");
    rows.update(
        """
        insert into protection_member (instance_id, group_id, host_id, pool, disk_bytes, position)
        select i.id, g.id, h.id, 'fast', 0, i.n
        from (select id, substr(name, length(?) + 1)::int n from instance where name like ?) i
        join protection_group g on g.name = ? || i.n / ?
        join host h on h.name = (cast(? as text[]))[1 + i.n % ?]
        """,
        Rows.PREFIX, Rows.PREFIX + "%", GROUP, MEMBERS, "{" + String.join(",", hosts) + "}",
        hosts.size());
    rows.update(
        """
        insert into recovery_point (id, group_id, number, job_id, state, taken_at, available_at,
                                    created_at)
        select gen_random_uuid(), id, 1, gen_random_uuid(), 'AVAILABLE', now(), now(), now()
        from protection_group where name like ?
        """,
        GROUP + "%");
    rows.update(
        """
        insert into recovery_point_disk (point_id, instance_id, instance_name, disk, bytes, host_id,
                                         pool, change_source, reason, root, allocated_bytes,
                                         logical_bytes, wire_bytes, zero_bytes, same_bytes)
        select p.id, m.instance_id, i.name, d.disk, d.bytes, m.host_id, m.pool, d.change_source,
               d.reason, d.root, d.allocated_bytes, d.logical_bytes, d.wire_bytes, d.zero_bytes,
               d.same_bytes
        from protection_group g join recovery_point p on p.group_id = g.id
        join protection_member m on m.group_id = g.id join instance i on i.id = m.instance_id,
             recovery_point_disk d
        where g.name like ? and d.point_id = ?
        """,
        GROUP + "%", point);
    rows.update(
        """
        insert into recovery_point_instance (point_id, instance_id, name, flavor, vcpus, memory_mib,
                                             readiness, guest_timeout_seconds, networks)
        select p.id, m.instance_id, i.name, t.flavor, t.vcpus, t.memory_mib, 'NONE',
               t.guest_timeout_seconds, jsonb_build_array(jsonb_build_object('id', n.id, 'name', n.name))
        from protection_group g join recovery_point p on p.group_id = g.id
        join protection_member m on m.group_id = g.id join instance i on i.id = m.instance_id,
             recovery_point_instance t, network n
        where g.name like ? and t.point_id = ? and n.name = ?
        """,
        GROUP + "%", point, Rows.NETWORK);
    rows.update("analyze protection_member, recovery_point, recovery_point_disk, recovery_point_instance");
    return members(hosts);
  }

  private List<Member> members(List<String> hosts) throws SQLException {
    List<Member> members = new ArrayList<>();
    rows.query(
        """
        select d.instance_name, d.instance_id || '-' || d.disk || '-' || d.point_id, h.name
        from recovery_point_disk d join recovery_point p on p.id = d.point_id
        join protection_group g on g.id = p.group_id join host h on h.id = d.host_id
        where g.name like ? order by substr(d.instance_name, length(?) + 1)::int
        """,
        row ->
            members.add(
                new Member(row.getString(1), row.getString(2), hosts.indexOf(row.getString(3)))),
        GROUP + "%", Rows.PREFIX);
    return members;
  }

  /** What discovery cannot know of a host that runs nothing: how much would fit there. */
  void makeRoom(List<String> hosts) throws SQLException {
    for (String host : hosts) {
      rows.update("update host set cpus = 4096, memory_mib = 4194304 where name = ?", host);
      rows.update(
          "update pool set capacity_bytes = 1::bigint << 44 where host_id = (select id from host where name = ?)",
          host);
    }
  }

  /** How many steps the jobs of a run have carried out; of its cleanup with {@code DELETE_INSTANCE}. */
  long steps(UUID job, String run, String kind) throws SQLException {
    List<Long> count = new ArrayList<>();
    rows.query(
        """
        select count(*) from job_step s join job j on j.id = s.job_id
        where s.state in ('SUCCEEDED', 'SKIPPED')
          and (j.id = ? or (j.kind = ? and j.request ->> 'run' = ?))
        """,
        row -> count.add(row.getLong(1)),
        job, kind, run);
    return count.get(0);
  }

  private void clear() throws SQLException {
    rows.update("delete from protection_group where name like ?", GROUP + "%");
  }

  @Override
  public void close() throws SQLException {
    clear();
  }
}
