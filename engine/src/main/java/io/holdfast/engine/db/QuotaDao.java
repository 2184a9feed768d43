package io.holdfast.engine.db;

import java.util.Optional;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

public interface QuotaDao {
  @SqlQuery("select * from quota where project = :project")
  Optional<QuotaRow> find(String project);

  /** One change of a project's use at a time: each must see those before it in its sums. */
  @SqlQuery("select * from quota where project = :project for update")
  Optional<QuotaRow> lock(String project);

  @SqlUpdate(
      """
      update quota set vcpus = :vcpus, memory_mib = :memoryMiB, disk_gib = :diskGiB,
                       instances = :instances
      where project = :project
      """)
  void update(@BindMethods QuotaRow quota);

  /**
   * What was promised to the project: what instances, volumes and snapshots have reserved, and what
   * those that were accepted and have not reserved yet will.
   */
  @SqlQuery(
      """
      select coalesce(sum(coalesce(r.vcpus, (i.spec->>'vcpus')::bigint)), 0)::bigint as vcpus,
             coalesce(sum(coalesce(r.memory_mib, (i.spec->>'memoryMiB')::bigint)), 0)::bigint
               as memory_mib,
             coalesce(sum(case when r.disk_bytes is null then d.gib
                          else (r.disk_bytes + (1 << 30) - 1) / (1 << 30) end), 0)::bigint
               + (select coalesce(sum((coalesce(c.disk_bytes, v.size_bytes) + (1 << 30) - 1)
                                      / (1 << 30)), 0)
                  from volume v left join volume_reservation c on c.volume_id = v.id
                  where v.project = :project)::bigint
               + (select coalesce(sum((coalesce(n.claimed_bytes, n.size_bytes) + (1 << 30) - 1)
                                      / (1 << 30)), 0)
                  from snapshot n where n.project = :project)::bigint as disk_gib,
             count(*) as instances
      from instance i
      left join reservation r on r.instance_id = i.id
      cross join lateral (
        select coalesce(sum(gib::bigint), 0) as gib
        from jsonb_array_elements_text(i.spec->'diskGiB') as gib) d
      where i.project = :project
      """)
  UsageRow promised(String project);

  /** What the project's instances, volumes and snapshots have reserved. */
  @SqlQuery(
      """
      select coalesce(sum(r.vcpus), 0)::bigint as vcpus,
             coalesce(sum(r.memory_mib), 0)::bigint as memory_mib,
             coalesce(sum((r.disk_bytes + (1 << 30) - 1) / (1 << 30)), 0)::bigint
               + (select coalesce(sum((c.disk_bytes + (1 << 30) - 1) / (1 << 30)), 0)
                  from volume_reservation c join volume v on v.id = c.volume_id
                  where v.project = :project)::bigint
               + (select coalesce(sum((n.claimed_bytes + (1 << 30) - 1) / (1 << 30)), 0)
                  from snapshot n where n.project = :project)::bigint as disk_gib,
             count(*) as instances
      from reservation r join instance i on i.id = r.instance_id
      where i.project = :project
      """)
  UsageRow reserved(String project);
}
